import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** The packages whose files went into bundles, by `name version`, each with the folder that it is in. */
export function packagesIn(metafiles) {
  const packages = new Map()
  for (const { outputs } of metafiles) {
    const files = Object.values(outputs).flatMap(({ inputs }) =>
      Object.entries(inputs).flatMap(([file, { bytesInOutput }]) =>
        bytesInOutput > 0 ? file : [],
      ),
    )
    for (const file of files) {
      const folder = /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(file)?.[0]
      if (folder === undefined) continue
      const { name, version, license } = JSON.parse(
        readFileSync(join(folder, 'package.json'), 'utf8'),
      )
      packages.set(`${name} ${version}`, { folder, license })
    }
  }
  return new Map([...packages].sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** Writes the licence notices of everything that the bundles contain. Throws where a package has none. */
export function writeLicenses(path, metafiles) {
  const notices = [...packagesIn(metafiles)].map(([title, { folder, license }]) => {
    const text = licenseTextIn(folder)
    if (text === undefined)
      throw new Error(`${title} (${license}) has no licence text in ${folder}`)
    return `${title}\n${'-'.repeat(title.length)}\n\n${text.trim()}\n`
  })
  const head = 'The bundled files of this package contain these packages, under these licences.\n'
  writeFileSync(path, [head, ...notices].join('\n\n'))
}

function licenseTextIn(folder) {
  const name = readdirSync(folder).find((file) => /^licen[cs]e(?:\.|-|$)/i.test(file))
  if (name !== undefined) return readFileSync(join(folder, name), 'utf8')
  // Some state it at the end of their README.
  const readme = readdirSync(folder).find((file) => /^readme/i.test(file))
  const text = readme === undefined ? '' : readFileSync(join(folder, readme), 'utf8')
  return /#+ licen[cs]e\s*\n([\s\S]+)/i.exec(text)?.[1]
}
