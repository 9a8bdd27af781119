import { readdirSync, readFileSync } from 'node:fs'

/** The ticks of processor time per second on Linux, on every architecture that Node runs on. */
const ticksPerSecond = 100

const read = (path) => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    // Gone in between.
    return undefined
  }
}

/** The fields of /proc/<pid>/stat from the third one on: the second may hold anything. */
const statOf = (pid) =>
  read(`/proc/${pid}/stat`)
    ?.replace(/^.*\) /s, '')
    .split(' ')

/** A process and all that it started. */
function tree(pid) {
  const parents = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => [Number(name), Number(statOf(name)?.[1])])
  const members = [pid]
  // Grows while it is walked.
  for (const member of members) {
    members.push(...parents.filter(([, parent]) => parent === member).map(([child]) => child))
  }
  return members
}

const sum = (values) => values.reduce((total, value) => total + value, 0)

const megabytes = (pid, field) =>
  Number(
    new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(read(`/proc/${pid}/status`) ?? '')?.[1] ?? 0,
  ) / 1024

/** Resident memory of a process and its children, in MB. */
export const residentMb = (pid) => sum(tree(pid).map((member) => megabytes(member, 'VmRSS')))

/** The most that a process ever had resident, in MB. */
export const peakMb = (pid) => megabytes(pid, 'VmHWM')

/** Waits until what starting leaves behind is let go. */
export const settle = () => new Promise((resolve) => setTimeout(resolve, 1000))

/** User and system time of a process and its children so far, in seconds. */
export const processorSeconds = (pid) =>
  sum(
    tree(pid).map((member) => {
      const stat = statOf(member)
      return stat === undefined ? 0 : (Number(stat[11]) + Number(stat[12])) / ticksPerSecond
    }),
  )
