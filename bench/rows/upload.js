import { execFile } from 'node:child_process'
import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { Agent, get } from 'node:http'
import { promisify } from 'node:util'
import { emulator } from '../subjects/subjects.js'
import { onLoadCore } from '../tools/cores.js'
import { figure, missing } from '../tools/figures.js'
import { scratch } from '../tools/places.js'
import { peakMb, residentMb } from '../tools/processes.js'
import { fetchToken, poll } from '../tools/requests.js'
import { withServer } from '../tools/server.js'

const run = promisify(execFile)
const file = (name) => new URL(`../subjects/${name}`, import.meta.url).pathname
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

const uploadPath = '/api/v1/upload/api/v1/upload'
const maxUploadSize = '209715200'

export const title = 'The upload of a large file of users, polled by another client meanwhile'

export async function measure({ uploadRows }) {
  const delayFile = scratch('event-loop-delay.json')
  const subject = emulator({
    flags: ['--max-upload-size', maxUploadSize],
    nodeFlags: ['--import', file('event-loop-delay.js')],
    env: { BENCH_DELAY_FILE: delayFile },
  })
  const large = largeFile(uploadRows)
  const found = await withServer(subject, async (server) => {
    const token = await fetchToken(server.port)
    await wait(1000)
    const idleMb = residentMb(server.pid)
    const agent = new Agent({ keepAlive: true })
    await pollUntil(server, agent, token, wait(500))
    await eventLoopDelay(server, delayFile)
    const uploading = upload(server, large, token)
    const polls = await pollUntil(server, agent, token, uploading)
    const delay = await eventLoopDelay(server, delayFile)
    agent.destroy()
    return { status: await uploading, idleMb, peakMb: peakMb(server.pid), polls, delay }
  })
  rmSync(large)
  if (found.status !== 200) return [missing('upload', `was answered with ${found.status}`)]
  const p99 = found.polls.toSorted((a, b) => a - b)[Math.floor(found.polls.length * 0.99)]
  const rows = `${uploadRows.toLocaleString('en')} rows`
  return [
    figure(`${rows}: most memory over idle`, found.peakMb - found.idleMb, { unit: ' MB' }),
    figure(`${rows}: p99 of ${found.polls.length} polls meanwhile`, p99, { unit: ' ms' }),
    figure(`${rows}: p99 of the event loop's delay meanwhile`, found.delay.p99Ms, { unit: ' ms' }),
  ]
}

function usersCsv(start, end, withHead) {
  let text = withHead ? 'user_username,user_name,user_password,user_email\r\n' : ''
  for (let row = start; row < end; row += 1) {
    // Some hundred bytes, as a real row has.
    const name = `${'Firstname Lastname '.repeat(2)}${row}`
    text += `user.${row},${name},Passw0rd!${row},user.${row}@students.example.org\r\n`
  }
  return text
}

function largeFile(rows) {
  const path = scratch('large.csv')
  const descriptor = openSync(path, 'w')
  for (let row = 0; row < rows; row += 10_000) {
    writeSync(descriptor, usersCsv(row, Math.min(rows, row + 10_000), row === 0))
  }
  closeSync(descriptor)
  return path
}

/** Resolves to the status of the answer. */
async function upload({ port }, path, token) {
  const bearer = token ?? (await fetchToken(port))
  const args = [file('upload.js'), String(port), uploadPath, bearer, path]
  const [command, all] = onLoadCore(process.execPath, args)
  return Number((await run(command, all, { timeout: 120_000 })).stdout)
}

/** Polls every 5 ms until the promise has settled. Resolves to the milliseconds that each poll took. */
async function pollUntil({ port }, agent, token, promise) {
  let isOver = false
  const over = promise.finally(() => {
    isOver = true
  })
  const times = []
  const { path, headers } = poll(token)
  while (!isOver) {
    const startedAt = performance.now()
    await new Promise((resolve, reject) => {
      get({ host: '127.0.0.1', port, path, headers, agent }, (response) => {
        response.resume().once('end', resolve)
      }).once('error', reject)
    })
    times.push(performance.now() - startedAt)
    await wait(5)
  }
  await over
  return times
}

/** Returns the measurements since the last call. */
async function eventLoopDelay({ pid }, path) {
  rmSync(path, { force: true })
  process.kill(pid, 'SIGUSR2')
  for (let tries = 0; tries < 500; tries += 1) {
    await wait(10)
    try {
      return JSON.parse(readFileSync(path, 'utf8'))
    } catch {
      // Not yet, or not yet whole.
    }
  }
  throw new Error('The server does not tell the delay of its event loop')
}
