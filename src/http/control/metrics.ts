import type { FastifyInstance } from 'fastify'
import { metricsText } from '../../domain/report/metrics-text.js'
import type { Emulator } from '../../emulator/emulator.js'
import { collectMetrics } from '../../emulator/report/metrics.js'
import { content, sendResponse } from '../response.js'

/** `GET /metrics`: the counts of all workspaces in the text format of Prometheus. */
export function serveMetrics(app: FastifyInstance, emulator: Emulator): void {
  app.get('/metrics', async (_request, reply) => {
    const text = metricsText(collectMetrics(emulator))
    return sendResponse(reply, content(200, 'text/plain; version=0.0.4; charset=utf-8', text))
  })
}
