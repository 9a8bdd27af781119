import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'

/*
 * Writes the software bill of materials in the format of CycloneDX: the packages that the bundles contain. npm knows all
 * packages that are installed, most of which only build and test; it takes the name of the folder for that of the project.
 */

const root = new URL('..', import.meta.url)
const readJson = (path) => JSON.parse(readFileSync(new URL(path, root), 'utf8'))

const { name } = readJson('package.json')
const bundled = new Set(readJson('dist/bundled-packages.json'))

// npm is a script on Windows, which only a shell starts.
const text = execFileSync('npm', ['sbom', '--sbom-format', 'cyclonedx'], {
  cwd: root,
  encoding: 'utf8',
  maxBuffer: 64 * 1024 ** 2,
  shell: process.platform === 'win32',
})
const { metadata, components, dependencies, ...document } = JSON.parse(text)
const refOf = (component) => `${component.name}@${component.version}`
const kept = components.filter((component) => bundled.delete(refOf(component)))
if (bundled.size > 0) {
  throw new Error(
    `npm sbom does not list ${[...bundled].join(', ')}. Run npm ci, then build again.`,
  )
}
const refs = new Set(kept.map((component) => component['bom-ref']))
const own = metadata.component['bom-ref']

const sbom = {
  ...document,
  metadata: { ...metadata, component: { ...metadata.component, name } },
  components: kept.map(({ properties: _, ...component }) => component),
  dependencies: [
    { ref: own, dependsOn: [...refs] },
    ...dependencies
      .filter(({ ref }) => refs.has(ref))
      .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((it) => refs.has(it)) })),
  ],
}
writeFileSync(new URL('dist/sbom.cdx.json', root), JSON.stringify(sbom))
