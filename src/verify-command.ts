import { writeFile } from 'node:fs/promises'
import { stringify } from 'yaml'
import type { CommandContext } from './command-context.js'
import type { CommandLine } from './command-line.js'
import { InputError } from './domain/errors.js'
import { listed, nearestName } from './domain/schema.js'
import { readServiceFlags, withFlags } from './service-flags.js'
import { isColoured } from './terminal/is-terminal.js'
import { toJunit } from './verify/report-junit.js'
import { toMarkdown } from './verify/report-markdown.js'
import { toText } from './verify/report-text.js'
import { type Verification, VerifyError } from './verify/verify.js'
import { verifyService } from './verify/verify-service.js'

type Write = (verification: Verification, coloured: boolean) => string

const formats: Readonly<Record<string, Write>> = {
  text: toText,
  json: (verification) => `${JSON.stringify(verification, null, 2)}\n`,
  markdown: toMarkdown,
  junit: toJunit,
}

/** Runs the command `verify`. Resolves to 0 if everything binding holds, 1 if not, and 2 without a token. */
export async function verifyCommand(
  { operands, flags }: CommandLine,
  { environment, out, err }: Pick<CommandContext, 'environment' | 'out' | 'err'>,
  wait?: (ms: number) => Promise<void>,
): Promise<number> {
  const [url, other] = operands
  if (url === undefined || other !== undefined) {
    throw new InputError({ path: 'verify', message: 'needs one URL: verify https://example.org' })
  }
  const flag = (name: string) => flags[name]?.at(-1)
  const write = formatOf(flag('--format') ?? 'text')
  try {
    const options = {
      ...readServiceFlags(flags, environment),
      unscopedClientId: flag('--unscoped-client-id'),
      unscopedClientSecret: flag('--unscoped-client-secret'),
      referenceId: flag('--reference-id'),
      upload: flag('--upload'),
    }
    const verification = await verifyService(url, options, wait)
    const scenario = flag('--write-scenario')
    if (scenario !== undefined)
      await writeTo('--write-scenario', scenario, toScenario(verification))
    const file = flag('--output')
    const coloured = file === undefined && isColoured(out, environment)
    const text = write(verification, coloured)
    if (file === undefined) out.write(text)
    else await writeTo('--output', file, text)
    return verification.holds ? 0 : 1
  } catch (error) {
    if (!(error instanceof VerifyError)) throw withFlags(error as Error)
    err.write(`${url}: ${error.message}\n`)
    return 2
  }
}

function formatOf(name: string): Write {
  const format = Object.hasOwn(formats, name) ? formats[name] : undefined
  if (format !== undefined) return format
  const names = Object.keys(formats)
  const nearest = nearestName(name, names)
  const meant = nearest === undefined ? '' : `; did you mean ${nearest}?`
  throw new InputError({
    path: '--format',
    message: `"${name}" must be ${listed(names, 'or')}${meant}`,
  })
}

/** A scenario with the switches that were seen, and nothing else of the service. */
function toScenario({ service }: Verification): string {
  return stringify({ service })
}

async function writeTo(flag: string, file: string, text: string): Promise<void> {
  await writeFile(file, text).catch(({ message }: Error) => {
    throw new InputError({ path: flag, message: `cannot be written: ${message}` })
  })
}
