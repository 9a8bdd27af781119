import { appendFileSync, readFileSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { command, showLog } from './runner.js'

/*
 * Adds the run report to the summary of the job, and stops the emulator.
 */

// The runner has the state of the main step in variables of this prefix.
const { STATE_pid: pid, STATE_url: url, STATE_token: token, STATE_log: log } = process.env

// Without a process, the main step has failed and said why.
if (pid) {
  await addReport()
  await stop()
  showLog('The end of the emulator', readFileSync(log, 'utf8'))
}

async function addReport() {
  try {
    const response = await fetch(`${url}/__control/report/markdown?all=true`, {
      headers: token ? { authorization: `Bearer ${token}` } : {},
    })
    const text = await response.text()
    if (response.ok) appendFileSync(process.env.GITHUB_STEP_SUMMARY, `${text.trimEnd()}\n`)
    else
      command('notice', 'The summary has no run report: this version of the emulator makes none.')
  } catch {
    command('warning', 'The summary has no run report: the emulator ended before this step.')
  }
}

async function stop() {
  try {
    process.kill(Number(pid), 'SIGTERM')
    // A signal of the number 0 only asks whether the process is there.
    for (let tries = 0; tries < 100 && process.kill(Number(pid), 0); tries += 1) {
      await setTimeout(100)
    }
  } catch {
    // It is gone.
  }
}
