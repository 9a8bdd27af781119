import { jsonServer } from './json-server.js'
import { mockoon } from './mockoon.js'
import { mockserver } from './mockserver.js'
import { mountebank } from './mountebank.js'
import { oauth2MockServer } from './oauth2-mock-server.js'
import { prism } from './prism.js'
import { wiremock } from './wiremock.js'

/** The tools that a user might take instead. */
export const peers = [
  wiremock,
  mockserver,
  prism,
  mockoon,
  mountebank,
  oauth2MockServer,
  jsonServer,
]
