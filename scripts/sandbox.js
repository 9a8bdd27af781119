import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { build } from 'esbuild'
import { minify } from 'terser'

// The sandbox page is static files that need nothing else. Panels that few people open are loaded when they open.
export const page = await build({
  entryPoints: [
    { in: 'sandbox/main.tsx', out: 'app' },
    { in: 'sandbox/styles/app.css', out: 'app' },
  ],
  outdir: 'dist/sandbox',
  bundle: true,
  splitting: true,
  chunkNames: 'part-[hash]',
  minify: true,
  format: 'esm',
  target: 'es2022',
  // Calls of `h` are shorter than those of the automatic runtime, for which the types are.
  tsconfigRaw: {
    compilerOptions: { jsx: 'react', jsxFactory: 'h', jsxFragmentFactory: 'Fragment' },
  },
  inject: ['sandbox/jsx.ts'],
  plugins: [firstPart()],
  metafile: true,
  write: false,
  logLevel: 'warning',
})

for (const { path, text } of page.outputFiles) {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, path.endsWith('.js') ? await shorter(text) : text)
}
await copyFile('sandbox/index.html', 'dist/sandbox/index.html')

/** Code that does the same in fewer bytes: terser sees more than esbuild does. */
async function shorter(code) {
  const options = { module: true, ecma: 2022, compress: { passes: 3 } }
  return (await minify(code, options)).code
}

/**
 * Puts all that is loaded at first into one file: what the late parts import, too, is a file of its own, and they import the whole
 * of it then. Two files that share most of their words would be longer.
 */
function firstPart() {
  return {
    name: 'first-part',
    setup({ onLoad }) {
      onLoad({ filter: /late-parts\.ts$/ }, async ({ path }) => ({
        contents: `${await readFile(path, 'utf8')}\nimport './main.js'\n`,
        loader: 'ts',
      }))
    },
  }
}
