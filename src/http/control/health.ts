import type { FastifyInstance } from 'fastify'
import type { Emulator } from '../../emulator/emulator.js'
import { version } from '../../emulator/version.js'

/** Tells a pipeline or an orchestrator that the emulator answers. */
export function health(app: FastifyInstance, emulator: Emulator): void {
  app.get('/health', () => ({ status: 'ok', version, imports: emulator.imports.size }))
}
