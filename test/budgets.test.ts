import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import type { Metafile } from 'esbuild'
import t from 'tap'
import { plainEnvironment, unfollowed } from './support.js'

/*
 * Time to start, memory and sizes differ from machine to machine, so they are no tests. What they grow with is counted
 * here: modules, files and bytes.
 */

const root = new URL('..', import.meta.url).pathname

interface Budget {
  readonly what: string
  /** A tenth above what it was when the limit was set. */
  readonly limit: number
  /** Where to look first for what has grown. */
  readonly hint: string
}

const budgets = {
  startFiles: {
    what: 'files of the bundle that a start loads',
    limit: 35,
    hint: 'a start may load what only some commands need: load that by import() where it is used',
  },
  startModules: {
    what: 'modules in the files that a start loads',
    limit: 470,
    hint: 'compare the inputs in dist/bundle.meta.json before and after',
  },
  startBytes: {
    what: 'bytes in the files that a start loads',
    limit: 1_200_000,
    hint: 'sort the inputs in dist/bundle.meta.json by bytesInOutput',
  },
  libraryBytes: {
    what: 'bytes in the library that startEmulator() loads',
    limit: 1_420_000,
    hint: 'sort the inputs in dist/bundle.meta.json by bytesInOutput: the library has nearly the same',
  },
  pageBytes: {
    what: 'bytes of the sandbox page, compressed, before anything is opened',
    limit: 40_000,
    hint: 'load by sandbox/late-parts.ts what only some people open',
  },
  wholePageBytes: {
    what: 'bytes of the sandbox page, compressed, with all its parts',
    limit: 60_000,
    hint: 'sort the inputs in the metafile of scripts/sandbox.js by bytesInOutput',
  },
  packageFiles: {
    what: 'files in the packed package',
    limit: 195,
    hint: 'npm pack --dry-run lists them',
  },
  packageBytes: {
    what: 'bytes of the packed package',
    limit: 1_800_000,
    hint: 'npm pack --dry-run lists its files with their sizes',
  },
  unpackedBytes: {
    what: 'bytes of the package after it is installed',
    limit: 6_120_000,
    hint: 'npm pack --dry-run lists its files with their sizes',
  },
  imageBytes: {
    what: 'bytes that the image adds to its base',
    limit: 3_900_000,
    hint: 'look at the COPY lines of the Dockerfile',
  },
} satisfies Record<string, Budget>

/** Says that a budget is exceeded, or nothing. */
function excess({ what, limit, hint }: Budget, value: number): string | undefined {
  if (value <= limit) return undefined
  const [now, allowed] = [value, limit].map((it) => it.toLocaleString('en'))
  return `There are ${now} ${what}, and the budget is ${allowed}. To find what grew: ${hint}. If it is worth it, raise the limit in test/budgets.test.ts and say why in the commit.`
}

/** The files of the project that a process of Node has loaded by the time when the emulator is ready. */
async function filesOfStart(): Promise<string[]> {
  const hooks = `
    import { writeSync } from 'node:fs'
    export async function load(url, context, next) {
      if (url.startsWith('file:')) writeSync(2, url + '\\n')
      return next(url, context)
    }`
  const moduleOf = (code: string) => `data:text/javascript,${encodeURIComponent(code)}`
  const preload = moduleOf(
    `import { register } from 'node:module'; register(${JSON.stringify(moduleOf(hooks))})`,
  )
  const child = spawn(
    ...unfollowed(process.execPath, '--import', preload, 'dist/bundle/cli.js', '--port', '0'),
    { cwd: root, env: plainEnvironment },
  )
  let loaded = ''
  child.stderr.setEncoding('utf8').on('data', (text) => {
    loaded += text
  })
  const closed = once(child, 'close')
  for await (const line of createInterface(child.stdout)) if (line.includes('"ready"')) break
  child.kill('SIGTERM')
  await closed
  const home = pathToFileURL(root).href
  return [...new Set(loaded.split('\n'))]
    .filter((url) => url.startsWith(home))
    .map((url) => url.slice(home.length))
}

const bytesOf = (path: string): number => {
  const found = statSync(join(root, path))
  if (!found.isDirectory()) return found.size
  return sum(readdirSync(join(root, path)).map((name) => bytesOf(join(path, name))))
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)

const pageFolder = 'dist/sandbox'

const compressedBytesOf = (names: readonly string[]) =>
  sum(
    names.map((name) => gzipSync(readFileSync(join(root, pageFolder, name)), { level: 9 }).length),
  )

/** The files that a browser loads before anything is opened: the page, and what its script imports at once. */
function firstFilesOfPage(): string[] {
  const script = readFileSync(join(root, pageFolder, 'app.js'), 'utf8')
  const parts = [...script.matchAll(/\b(?:from|import)"\.\/(part-\w+\.js)"/g)].map(
    ([, name = '']) => name,
  )
  return ['index.html', 'app.css', 'app.js', ...new Set(parts)]
}

/** The paths that the last stage of the Dockerfile copies, in this folder. */
function copiedIntoImage(): string[] {
  const [lastStage = ''] = readFileSync(join(root, 'Dockerfile'), 'utf8')
    .split(/^FROM /m)
    .slice(-1)
  return [...lastStage.matchAll(/^COPY (?:--from=build )?(.+) \S+$/gm)].flatMap(([, paths = '']) =>
    paths.split(' ').map((path) => path.replace('/app/', '')),
  )
}

/** What is counted, and the modules of a start. */
async function measure(): Promise<
  Record<keyof typeof budgets, number> & { readonly modules: readonly string[] }
> {
  const { outputs } = JSON.parse(
    readFileSync(join(root, 'dist/bundle.meta.json'), 'utf8'),
  ) as Metafile
  const files = await filesOfStart()
  const inputs = files.flatMap((file) => Object.entries(outputs[file]?.inputs ?? {}))
  const { stdout } = await promisify(execFile)(
    ...unfollowed('npm', 'pack', '--dry-run', '--json', '--ignore-scripts'),
    { cwd: root, env: plainEnvironment },
  )
  const [packed] = Object.values(JSON.parse(stdout)) as {
    entryCount: number
    size: number
    unpackedSize: number
  }[]
  const modules = inputs.flatMap(([name, { bytesInOutput }]) => (bytesInOutput > 0 ? name : []))
  return {
    modules,
    startFiles: files.length,
    startModules: modules.length,
    startBytes: sum(files.map(bytesOf)),
    libraryBytes: sum(['index.cjs', 'library.cjs'].map((name) => bytesOf(`dist/library/${name}`))),
    pageBytes: compressedBytesOf(firstFilesOfPage()),
    wholePageBytes: compressedBytesOf(readdirSync(join(root, pageFolder))),
    packageFiles: packed?.entryCount ?? 0,
    packageBytes: packed?.size ?? 0,
    unpackedBytes: packed?.unpackedSize ?? 0,
    imageBytes: sum(copiedIntoImage().map(bytesOf)),
  }
}

t.test(
  'the command, the library, the package and the image are within their budgets',
  async (t) => {
    const { modules, ...measured } = await measure()
    const late = modules.filter((name) => /modelcontextprotocol|zod|src\/mcp|dist\/mcp/.test(name))
    t.strictSame(late, [], 'the tools for agents are loaded by the command mcp alone')
    for (const [name, budget] of Object.entries(budgets)) {
      const value = measured[name as keyof typeof measured]
      t.comment(`${value.toLocaleString('en')} ${budget.what}`)
      t.ok(value > 0, `${budget.what}: counted`)
      t.equal(excess(budget, value), undefined, budget.what)
    }
    const page = readFileSync(join(root, 'docs/docker-and-ci.md'), 'utf8')
    const stated = Number(/ and ([\d.]+) MB: /.exec(page)?.[1]) * 1e6
    const ratio = measured.imageBytes / stated
    t.ok(ratio > 0.9 && ratio < 1.1, `docs/docker-and-ci.md says ${stated}: ${measured.imageBytes}`)
  },
)

t.test('a budget that is exceeded says what grew, by how much, and what to do', async (t) => {
  const budget = { ...budgets.packageFiles, limit: 1000 }
  t.equal(excess(budget, 1000), undefined)
  t.equal(
    excess(budget, 1001),
    'There are 1,001 files in the packed package, and the budget is 1,000. To find what grew: npm pack --dry-run lists them. If it is worth it, raise the limit in test/budgets.test.ts and say why in the commit.',
  )
})
