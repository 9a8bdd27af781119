import type { FastifyReply, FastifyRequest } from 'fastify'
import { quoted } from '../../domain/visible-text.js'
import type { Strike } from '../../emulator/faults/faults.js'
import type { Answer } from '../answer.js'
import { hold } from '../hold.js'
import { drain } from '../unread-body.js'
import { clientOf, deliver, type Exchange, keepRecord, wholeAnswer } from './exchange.js'
import { effectOf } from './fault-effects.js'

/**
 * Answers with what `produce` makes, unless a fault strikes. A fault stands where a gateway would: what it
 * answers itself, or swallows, the service never sees; what it damages or delays, the service has answered.
 */
export function respond(
  request: FastifyRequest,
  reply: FastifyReply,
  produce: () => Answer | Promise<Answer>,
): FastifyReply | Promise<FastifyReply> {
  const strike = strikeOf(request.exchange)
  if (strike !== null) return respondStruck(request, reply, strike, produce)
  const answer = produce()
  return answer instanceof Promise
    ? answer.then((late) => deliver(request, reply, late))
    : deliver(request, reply, answer)
}

/** Drawn once a request: an operation that refuses it is answered under the same strike. */
function strikeOf(exchange: Exchange): Strike | null {
  if (exchange.strike === undefined) exchange.strike = drawStrike(exchange)
  return exchange.strike
}

function drawStrike(exchange: Exchange): Strike | null {
  const { emulator, operation, referenceId, workspace } = exchange
  if (operation === undefined || !workspace.faults.isArmed || !emulator.isKept(workspace))
    return null
  return workspace.faults.strike({ operation, referenceId, client: clientOf(exchange) })
}

async function respondStruck(
  request: FastifyRequest,
  reply: FastifyReply,
  strike: Strike,
  produce: () => Answer | Promise<Answer>,
): Promise<FastifyReply> {
  const { exchange } = request
  const { fault, delayMs } = strike
  const effect = effectOf(fault)
  const takesPlace = effect.replace === undefined && effect.end === undefined
  const answer = takesPlace ? await produce() : effect.replace?.(fault, exchange.operation)
  exchange.reason = {
    code: 'fault',
    message: describeStrike(strike) + (takesPlace ? `; ${exchange.reason.message}` : ''),
  }
  if (answer !== undefined) await drain(request.raw)
  if (delayMs > 0) await hold(request, reply, delayMs)
  // The client may have gone meanwhile.
  if (reply.raw.destroyed) return reply.hijack()

  if (answer === undefined) {
    keepRecord(request, 'aborted')
    await effect.end?.({ fault, request, reply: reply.hijack() })
  } else if (effect.send !== undefined) {
    const whole = wholeAnswer(request, answer)
    keepRecord(request, effect.isCut ? 'aborted' : 'served', whole)
    await effect.send(whole, { fault, request, reply: reply.hijack() })
  } else {
    deliver(request, reply, effect.change?.(answer) ?? answer)
  }
  return reply
}

function describeStrike({ ids, fault, delayMs }: Strike): string {
  const names = ids.map((id) => quoted(id)).join(' and ')
  const late = delayMs > 0 ? ` (${delayMs} ms late)` : ''
  return `${ids.length === 1 ? 'Fault' : 'Faults'} ${names}: ${fault.kind}${late}`
}
