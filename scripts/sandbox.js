import { copyFile } from 'node:fs/promises'
import { build } from 'esbuild'

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
  jsx: 'automatic',
  jsxImportSource: 'preact',
  metafile: true,
  logLevel: 'warning',
})
await copyFile('sandbox/index.html', 'dist/sandbox/index.html')
