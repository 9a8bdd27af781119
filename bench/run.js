import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { fetchToken, pinned, servers, startServer } from './server.js'

const run = promisify(execFile)
const quick = process.argv.includes('--quick')
const rounds = 3
const starts = quick ? 5 : 9
const seconds = quick ? 2 : 5
const load = new URL('load.js', import.meta.url).pathname

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]

/** Requests a second for one id, the load on core 1. */
async function throughput(args, more, id = '12345') {
  const { url, stop } = await startServer(args, more)
  const path = `${url}/api/v1/upload/api/v1/status/${id}`
  const token = await fetchToken(url)
  const measure = async (duration) => {
    const [command, all] = pinned(1, process.execPath, [load, path, token, String(duration)])
    return JSON.parse((await run(command, all)).stdout).perSecond
  }
  await measure(1)
  const perSecond = await measure(seconds)
  await stop()
  return perSecond
}

/** Each subject in turn, round after round, so that a machine that drifts drifts for all. */
async function interleaved(subjects, times, measure) {
  const results = Object.fromEntries(Object.keys(subjects).map((name) => [name, []]))
  for (let round = 0; round < times; round += 1) {
    for (const [name, subject] of Object.entries(subjects))
      results[name].push(await measure(subject))
  }
  return Object.fromEntries(Object.entries(results).map(([name, values]) => [name, median(values)]))
}

const rows = []
const tell = (what, value) => {
  rows.push({ what, value })
  process.stdout.write(`${what.padEnd(64)} ${value}\n`)
}
const ratio = (a, b) => Number((a / b).toFixed(2))

const perSecond = await interleaved(servers, rounds, (args) => throughput(args, []))
tell('status, 64 connections: emulator / bare Fastify', ratio(perSecond.emulator, perSecond.bare))
tell(
  'the same, journal on / journal off',
  ratio(perSecond['emulator, journal on'], perSecond.emulator),
)

const startMs = await interleaved(
  { bare: servers.bare, emulator: servers.emulator },
  starts,
  async (args) => {
    const server = await startServer(args)
    await server.stop()
    return server.startMs
  },
)
tell('spawn to first answer: emulator / bare Fastify', ratio(startMs.emulator, startMs.bare))

const folder = mkdtempSync(join(tmpdir(), 'bench-'))
const clients = [{ clientId: 'demo-client', clientSecret: 'demo-secret', scopes: ['rostering'] }]
const importsOf = (count) =>
  Array.from({ length: count }, (_, index) => ({
    referenceId: `import-${index}`,
    status: 'processed',
    fileLine: index,
  }))
const file = (name, text) => {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}
const pattern = { referenceId: 'pattern-{n}', status: 'failed', fileLine: '{n}' }
const scenario = (count) => ({ clients, imports: [...importsOf(count), pattern] })
const few = file('few.json', JSON.stringify(scenario(10)))
const many = file('many.json', JSON.stringify(scenario(100_000)))
const yaml = file(
  'many.yaml',
  `imports:\n${importsOf(100_000)
    .map(
      ({ referenceId, fileLine }) =>
        `  - referenceId: ${referenceId}\n    status: processed\n    fileLine: ${fileLine}\n`,
    )
    .join('')}`,
)

const cli = servers.emulator[0]
for (const [name, path] of [
  ['JSON', many],
  ['YAML', yaml],
]) {
  const { load: ms } = await interleaved({ load: path }, rounds, async () => {
    const startedAt = performance.now()
    await run(process.execPath, [cli, 'check', path])
    return performance.now() - startedAt
  })
  tell(`100,000 imports in ${name}: seconds to check, the start included`, (ms / 1000).toFixed(1))
}

const lookUp = await interleaved(
  { few: [few, 'import-7'], many: [many, 'import-77777'], matched: [many, 'pattern-77777'] },
  rounds,
  ([path, id]) => throughput([...servers.emulator, '--fixtures', path], [], id),
)
tell('status with 100,000 imports / with 10', ratio(lookUp.many, lookUp.few))
tell('status by pattern among 100,000 imports / by id among 10', ratio(lookUp.matched, lookUp.few))

rmSync(folder, { recursive: true })
writeFileSync(new URL('results.json', import.meta.url), `${JSON.stringify(rows, null, 2)}\n`)
