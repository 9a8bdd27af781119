import { writeFileSync } from 'node:fs'
import { build } from 'esbuild'
import { rollup } from 'rollup'
import { dts } from 'rollup-plugin-dts'
import { search } from './docs-site.js'
import { packagesIn, writeLicenses } from './licenses.js'
import { page } from './sandbox.js'
import { withoutAjv } from './without-ajv.js'

/*
 * Bundles the command and the library, each in as few files as possible, with everything that they depend on.
 * So they load in half the time, and need nothing to be installed.
 */

const common = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  // Less to read at each start. Names stay, so that stack traces can be read.
  minifyWhitespace: true,
  minifySyntax: true,
  metafile: true,
  logLevel: 'warning',
}

const command = await build({
  ...common,
  entryPoints: ['dist/cli.js'],
  outdir: 'dist/bundle',
  // Dynamic imports stay separate files: signal handlers are installed before anything else is loaded.
  splitting: true,
  format: 'esm',
  // Fastify asks for them only where nobody else compiles schemas: src/http/app.ts.
  external: ['@fastify/ajv-compiler', '@fastify/fast-json-stringify-compiler'],
  plugins: [withoutAjv],
  // Dependencies in CommonJS ask for Node's own modules by `require`.
  banner: {
    js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
  },
})
// Not part of the package: test/budgets.test.ts counts in it.
writeFileSync('dist/bundle.meta.json', JSON.stringify(command.metafile))

/*
 * Certificates need a fifth of the code of the library, and only clients that speak TLS need them: a file of their own
 * spares every start the reading. It is loaded by `require`, as Jest takes no `import()` in CommonJS.
 */
const apart = {
  name: 'certificate-apart',
  setup({ onResolve }) {
    onResolve({ filter: /\/certificate\.js$/ }, () => ({
      path: './certificate.cjs',
      external: true,
    }))
  },
}
const certificate = await build({
  ...common,
  entryPoints: ['dist/emulator/tls/certificate.js'],
  outfile: 'dist/library/certificate.cjs',
  format: 'cjs',
})

// CommonJS, which every loader takes; the ESM entry leads to the same module, so there is one state.
const library = await build({
  ...common,
  entryPoints: ['dist/index.js'],
  outfile: 'dist/library/library.cjs',
  format: 'cjs',
  external: ['@fastify/ajv-compiler', '@fastify/fast-json-stringify-compiler'],
  plugins: [apart],
  supported: { 'dynamic-import': false },
  inject: ['scripts/real-globals.js'],
  define: { 'import.meta.url': 'libraryUrl' },
  banner: { js: "const libraryUrl = require('node:url').pathToFileURL(__filename).href;" },
})
// Old versions of Node cannot even read the library: they read this, and say what it needs.
await build({
  ...common,
  stdin: {
    contents: `
      const { nodeVersionMistake } = require('./dist/node-version.js')
      const mistake = nodeVersionMistake(process.version)
      if (mistake !== undefined) throw new Error(mistake)
      // An ESM import lexes this file for its names, and any file that it exports by \`module.exports = require()\`.
      const library = require('./library.cjs')
      module.exports = library`,
    resolveDir: '.',
  },
  outfile: 'dist/library/index.cjs',
  format: 'cjs',
  target: 'node12',
  external: ['./library.cjs'],
})
const names = [
  'ControlError',
  'InputError',
  'ReportError',
  'assertReport',
  'connectEmulator',
  'formatMistake',
  'recordImport',
  'startEmulator',
  'verifyService',
]
writeFileSync(
  'dist/library/index.js',
  `import library from './index.cjs'\nexport const { ${names.join(', ')} } = library\n`,
)

// For any runtime that has `fetch`: no module of Node in it.
const clients = await Promise.all(
  [
    ['esm', 'dist/library/client.js'],
    ['cjs', 'dist/library/client.cjs'],
  ].map(([format, outfile]) =>
    build({
      ...common,
      platform: 'neutral',
      minifyWhitespace: false,
      mainFields: ['module', 'main'],
      entryPoints: ['dist/client.js'],
      outfile,
      format,
    }),
  ),
)

const metafiles = [command, certificate, library, page, search, ...clients].map(
  ({ metafile }) => metafile,
)
writeLicenses('dist/THIRD_PARTY_LICENSES.txt', metafiles)
// Not part of the package: scripts/sbom.js describes them.
const bundled = [...packagesIn(metafiles).keys()].map((title) => title.replace(' ', '@'))
writeFileSync('dist/bundled-packages.json', JSON.stringify(bundled))

for (const entry of ['index', 'client']) {
  const types = await rollup({
    input: `dist/${entry}.d.ts`,
    external: /^node:/,
    plugins: [dts()],
  })
  const { output } = await types.generate({ format: 'es' })
  for (const ending of ['d.ts', 'd.cts'])
    writeFileSync(`dist/library/${entry}.${ending}`, output[0].code)
  await types.close()
}
