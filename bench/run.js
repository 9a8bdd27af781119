import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { comparePeer } from './peers/compare-peer.js'
import { install, isInstalled } from './peers/installed.js'
import { peers } from './peers/peers.js'
import * as firstStart from './rows/first-start.js'
import * as https from './rows/https.js'
import * as imports from './rows/imports.js'
import * as issuing from './rows/issuing.js'
import * as memory from './rows/memory.js'
import * as savepoints from './rows/savepoints.js'
import * as sixteenConnections from './rows/sixteen-connections.js'
import * as start from './rows/start.js'
import * as status from './rows/status.js'
import * as tokensInTurn from './rows/tokens-in-turn.js'
import * as upload from './rows/upload.js'
import * as warmStart from './rows/warm-start.js'
import * as workspaceMemory from './rows/workspace-memory.js'
import * as workspaces from './rows/workspaces.js'
import { canPin, leaveServerCore } from './tools/cores.js'
import { formatFigure, missing } from './tools/figures.js'
import { generator } from './tools/load.js'
import { machine } from './tools/machine.js'
import { quickRun, wholeRun } from './tools/settings.js'

const limits = {
  status,
  'sixteen-connections': sixteenConnections,
  'tokens-in-turn': tokensInTurn,
  issuing,
  https,
  imports,
  start,
  'warm-start': warmStart,
  'first-start': firstStart,
  memory,
  workspaces,
  'workspace-memory': workspaceMemory,
  savepoints,
  upload,
}

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true, default: [] },
  },
})
const settings = values.quick ? quickRun : wholeRun
const isWanted = (name) => values.only.length === 0 || values.only.includes(name)

const tell = (line) => process.stdout.write(`${line}\n`)

leaveServerCore()
const kind = { ...machine(), generator, pinned: canPin, quick: values.quick }
tell(
  `${Object.entries(kind)
    .map(([name, value]) => `${name}: ${value}`)
    .join(' · ')}\n`,
)

const results = { machine: kind, limits: {}, peers: {} }
let failures = 0

/** After each part: what was measured is not lost where a run is ended early. */
function save() {
  writeFileSync(new URL('results.json', import.meta.url), `${JSON.stringify(results, null, 2)}\n`)
}

for (const [name, { title, measure }] of Object.entries(limits)) {
  if (!isWanted(name)) continue
  tell(title)
  try {
    const figures = await measure(settings)
    results.limits[name] = { title, figures }
    for (const one of figures) tell(`  ${formatFigure(one)}`)
  } catch (error) {
    failures += 1
    results.limits[name] = { title, failed: error.message }
    tell(`  could not be measured: ${error.stack}`)
  }
  save()
}

const wantedPeers = peers.filter((peer) => isWanted(peer.package))
if (wantedPeers.length > 0) await measurePeers()

process.exitCode = failures === 0 ? 0 : 1

/** A peer that is not there, does not start or fails is reported, and is no failure of this run. */
async function measurePeers() {
  tell('\nAgainst peers, emulator / peer: above 1 the emulator leads\n')
  const problem = wantedPeers.every((peer) => isInstalled(peer.package))
    ? undefined
    : await install(settings.installMs)
  for (const peer of wantedPeers) {
    const figures = []
    results.peers[peer.package] = { name: peer.name, figures }
    const add = (one) => {
      figures.push(one)
      tell(`  ${formatFigure(one)}`)
    }
    tell(peer.name)
    if (!isInstalled(peer.package)) {
      add(missing('all', `could not be installed: ${problem}`))
      continue
    }
    try {
      for await (const one of comparePeer(peer, settings.peers)) add(one)
    } catch (error) {
      add(missing('the rest', `could not be measured: ${error.message}`))
    }
    save()
  }
}
