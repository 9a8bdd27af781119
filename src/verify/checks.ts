import type { Basis } from '../domain/behaviours.js'
import {
  all,
  body,
  bodyWhere,
  contentType,
  type Expectation,
  either,
  header,
  status,
} from './expectations.js'
import { isObject } from './message.js'
import type { RequestId } from './requests.js'
import { isRagged } from './result-rows.js'

/*
 * The checks, as data: each looks at one part of the response to one request. `verify`, the self-check of the tests and
 * docs/verify.md use this table.
 */

/** One check. */
export interface Check {
  readonly basis: Basis
  readonly title: string
  readonly request: RequestId
  readonly expect: Expectation
}

type Fields = Readonly<Record<string, unknown>>

/** A condition on the body as a JSON object. */
const json = (expected: string, holds: (fields: Fields) => boolean): Expectation =>
  bodyWhere(expected, (text) => {
    const fields = parsed(text)
    return isObject(fields) && holds(fields)
  })

/** A condition on `result` in the body. */
const result = (expected: string, holds: (result: Fields) => boolean): Expectation =>
  json(expected, (fields) => isObject(fields.result) && holds(fields.result))

/** A condition on the claims of the access token. */
const claims = (expected: string, holds: (claims: Fields, fields: Fields) => boolean) =>
  json(expected, (fields) => {
    const payload = decoded(fields.access_token, 1)
    return isObject(payload) && holds(payload, fields)
  })

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** A part of a JWT. */
function decoded(token: unknown, part: number): unknown {
  return parsed(Buffer.from(String(token).split('.')[part] ?? '', 'base64url').toString())
}

const isText = (value: unknown) => typeof value === 'string' && value !== ''
const issuesToken = json('an access_token', ({ access_token: token }) => isText(token))
const error = (code: string) => json(`{"error":"${code}",…}`, (fields) => fields.error === code)
const message = json('{"message":"…"}', (fields) => isText(fields.message))

const accessDenied = all(status(401), body('Access Denied'))
const challenge = header('www-authenticate', 'Bearer …', (value) => /^bearer\b/i.test(value))
const notFound = body('{"message":"Reference ID not found. File not found in pending bucket."}')
const unknown = all(status(404), notFound)
const unknownOrNoUuid = either(
  [{ referenceIds: 'any' }, unknown],
  [
    { referenceIds: 'uuid' },
    all(status(400), body('{"message":"Reference ID must be a valid UUID."}')),
  ],
)

const words = ['processed', 'pending', 'failed']
const resultFields = ['status', 'fileLine', 'messages']
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i

const accepted = all(
  status(200),
  result(
    '{"result":{"message":"File uploaded","referenceId":"<UUID>"}}',
    (it) => it.message === 'File uploaded' && uuid.test(String(it.referenceId)),
  ),
)
const acceptedOrRagged = either(
  [{ raggedRows: 'check' }, accepted],
  [{ raggedRows: 'refuse' }, all(status(400), message)],
)
const signedUrl = all(
  status(200),
  json('{"signedUrl":"<absolute URL>"}', (fields) => URL.canParse(String(fields.signedUrl))),
)

/** The checks, in the order in which they are made, by id. */
export const checks = {
  'token-multipart': {
    basis: 'documented',
    title: 'the documented curl command gets a token',
    request: 'token-multipart',
    expect: all(status(200), issuesToken),
  },
  'token-type': {
    basis: 'documented',
    title: 'token_type is Bearer',
    request: 'token-multipart',
    expect: json('"token_type":"Bearer"', (fields) => fields.token_type === 'Bearer'),
  },
  'token-expires-in': {
    basis: 'documented',
    title: 'expires_in is a number of seconds',
    request: 'token-multipart',
    expect: json(
      '"expires_in": a whole number above 0',
      ({ expires_in: seconds }) => Number.isInteger(seconds) && (seconds as number) > 0,
    ),
  },
  'token-content-type': {
    basis: 'documented',
    title: 'a token comes as JSON',
    request: 'token-multipart',
    expect: contentType('application/json'),
  },
  'token-no-store': {
    basis: 'standard',
    title: 'a token is not cached',
    request: 'token-multipart',
    expect: header('cache-control', 'no-store', (value) => /\bno-store\b/i.test(value)),
  },
  'token-jwt': {
    basis: 'standard',
    title: 'the access token is a JWT with alg and kid',
    request: 'token-multipart',
    expect: json('a JWT whose header has alg and kid', ({ access_token: token }) => {
      const head = decoded(token, 0)
      return isObject(head) && isText(head.alg) && isText(head.kid)
    }),
  },
  'token-claims': {
    basis: 'standard',
    title: 'the access token has the claims of RFC 9068',
    request: 'token-multipart',
    expect: claims(
      'the claims iss, sub, client_id, iat and jti',
      (it) => [it.iss, it.sub, it.client_id, it.jti].every(isText) && typeof it.iat === 'number',
    ),
  },
  'token-lifetime': {
    basis: 'documented',
    title: 'the access token lives for expires_in seconds',
    request: 'token-multipart',
    expect: claims(
      'exp is expires_in seconds after iat',
      ({ iat, exp }, { expires_in: seconds }) =>
        (typeof exp === 'number' && Math.abs(exp - Number(iat) - Number(seconds)) <= 1) ||
        // Another check reports that one.
        !Number.isInteger(seconds) ||
        typeof iat !== 'number',
    ),
  },
  'token-scopes': {
    basis: 'published',
    title: 'the scopes of the access token are an array, too',
    request: 'token-multipart',
    expect: claims(
      'the claim scopes, an array of texts',
      ({ scopes }) => Array.isArray(scopes) && scopes.every(isText),
    ),
  },
  'token-urlencoded': {
    basis: 'standard',
    title: 'a form gets a token',
    request: 'token-urlencoded',
    expect: all(status(200), issuesToken),
  },
  'token-json': {
    basis: 'published',
    title: 'JSON gets a token, and unknown members are ignored',
    request: 'token-json',
    expect: all(status(200), issuesToken),
  },
  'token-basic': {
    basis: 'standard',
    title: 'Authorization: Basic gets a token',
    request: 'token-basic',
    expect: all(status(200), issuesToken),
  },
  'token-older-path': {
    basis: 'documented',
    title: 'the older path gets a token',
    request: 'token-older-path',
    expect: all(status(200), issuesToken),
  },
  'token-query': {
    basis: 'published',
    title: 'query parameters are ignored',
    request: 'token-query',
    expect: all(status(200), issuesToken),
  },
  'token-unknown-field': {
    basis: 'standard',
    title: 'an unknown parameter is ignored',
    request: 'token-unknown-field',
    expect: all(status(200), issuesToken),
  },
  'token-empty-scope': {
    basis: 'standard',
    title: 'a parameter without a value counts as omitted',
    request: 'token-empty-scope',
    expect: all(status(200), issuesToken),
  },
  'token-no-grant': {
    basis: 'standard',
    title: 'a request without grant_type is invalid_request',
    request: 'token-no-grant',
    expect: all(status(400), error('invalid_request')),
  },
  'token-other-grant': {
    basis: 'standard',
    title: 'another grant is unsupported_grant_type',
    request: 'token-other-grant',
    expect: all(status(400), error('unsupported_grant_type')),
  },
  'token-other-scope': {
    basis: 'decided',
    title: 'a scope that the client does not have is invalid_scope',
    request: 'token-other-scope',
    expect: all(status(400), error('invalid_scope')),
  },
  'token-no-client': {
    basis: 'standard',
    title: 'a request without a client is invalid_client',
    request: 'token-no-client',
    expect: all(status(401), error('invalid_client')),
  },
  'token-challenge': {
    basis: 'standard',
    title: 'a request without a client is asked for one',
    request: 'token-no-client',
    expect: header('www-authenticate', 'Basic …', (value) => /^basic\b/i.test(value)),
  },
  'token-wrong-secret': {
    basis: 'standard',
    title: 'a wrong secret is invalid_client',
    request: 'token-wrong-secret',
    expect: all(status(401), error('invalid_client')),
  },
  'token-text': {
    basis: 'decided',
    title: 'another content type is invalid_request',
    request: 'token-text',
    expect: all(status(400), error('invalid_request')),
  },
  metadata: {
    basis: 'standard',
    title: 'the metadata names the issuer and the token endpoint',
    request: 'metadata',
    expect: all(
      status(200),
      json('issuer and token_endpoint', (it) => isText(it.issuer) && isText(it.token_endpoint)),
    ),
  },
  'openid-metadata': {
    basis: 'standard',
    title: 'the metadata is at the path of OpenID Connect, too',
    request: 'openid-metadata',
    expect: all(
      status(200),
      json('issuer and token_endpoint', (it) => isText(it.issuer) && isText(it.token_endpoint)),
    ),
  },
  keys: {
    basis: 'standard',
    title: 'the public keys are published',
    request: 'keys',
    expect: all(
      status(200),
      json(
        'keys, an array that is not empty',
        ({ keys }) => Array.isArray(keys) && keys.length > 0,
      ),
    ),
  },
  'keys-public': {
    basis: 'standard',
    title: 'no private key is published',
    request: 'keys',
    expect: bodyWhere('keys without the members d and k', (text) => {
      const fields = parsed(text)
      const keys = isObject(fields) && Array.isArray(fields.keys) ? fields.keys : []
      return keys.every((key) => !isObject(key) || (key.d === undefined && key.k === undefined))
    }),
  },
  'status-no-token': {
    basis: 'documented',
    title: 'a poll without a token is 401 Access Denied',
    request: 'status-no-token',
    expect: accessDenied,
  },
  'status-no-token-type': {
    basis: 'documented',
    title: 'Access Denied is plain text',
    request: 'status-no-token',
    expect: contentType('text/plain'),
  },
  'status-challenge': {
    basis: 'standard',
    title: '401 asks for a bearer token',
    request: 'status-no-token',
    expect: challenge,
  },
  'status-odd-token': {
    basis: 'documented',
    title: 'a poll with a text that is no token is 401',
    request: 'status-odd-token',
    expect: accessDenied,
  },
  'status-altered-token': {
    basis: 'documented',
    title: 'a poll with an altered token is 401',
    request: 'status-altered-token',
    expect: accessDenied,
  },
  'status-two-tokens': {
    basis: 'standard',
    title: 'a poll with more than one token is 401',
    request: 'status-two-tokens',
    expect: accessDenied,
  },
  'status-other-scheme': {
    basis: 'standard',
    title: 'a poll with another scheme is 401',
    request: 'status-other-scheme',
    expect: accessDenied,
  },
  'status-lower-case': {
    basis: 'standard',
    title: 'the scheme is matched without case',
    request: 'status-lower-case',
    expect: status(404),
  },
  'status-unknown': {
    basis: 'documented',
    title: 'an unknown id is 404, with the documented body',
    request: 'status-unknown',
    expect: unknown,
  },
  'status-unknown-type': {
    basis: 'documented',
    title: '404 comes as JSON',
    request: 'status-unknown',
    expect: contentType('application/json'),
  },
  'status-head': {
    basis: 'standard',
    title: 'HEAD responds as GET, without a body',
    request: 'status-head',
    expect: all(status(404), body('')),
  },
  'status-not-uuid': {
    basis: 'documented',
    title: 'an id that is no UUID is unknown, or refused as published',
    request: 'status-not-uuid',
    expect: unknownOrNoUuid,
  },
  'status-odd-id': {
    basis: 'documented',
    title: 'an id that cannot be one is unknown, too',
    request: 'status-odd-id',
    expect: unknownOrNoUuid,
  },
  'status-long-id': {
    basis: 'documented',
    title: 'a very long id is unknown, too',
    request: 'status-long-id',
    expect: unknownOrNoUuid,
  },
  'status-post': {
    basis: 'decided',
    title: 'another method is 405',
    request: 'status-post',
    expect: all(status(405), body('{"message":"Method Not Allowed"}')),
  },
  'status-allow': {
    basis: 'standard',
    title: '405 names the methods that are allowed',
    request: 'status-post',
    expect: header('allow', 'GET', (value) => /\bGET\b/.test(value)),
  },
  'other-path': {
    basis: 'decided',
    title: 'another path is 404',
    request: 'other-path',
    expect: all(status(404), body('{"message":"Not Found"}')),
  },
  'misprinted-path': {
    basis: 'decided',
    title: 'the misprinted path of the documentation is 404',
    request: 'misprinted-path',
    expect: all(status(404), body('{"message":"Not Found"}')),
  },
  'unscoped-token': {
    basis: 'decided',
    title: 'a client without the scope gets a token',
    request: 'unscoped-token',
    expect: all(status(200), issuesToken),
  },
  'status-forbidden': {
    basis: 'documented',
    title: 'a token without the scope is 403',
    request: 'status-unscoped',
    expect: all(status(403), body('{"message":"Insufficient scope"}')),
  },
  'status-forbidden-challenge': {
    basis: 'standard',
    title: '403 names the scope that is missing',
    request: 'status-unscoped',
    expect: header('www-authenticate', 'Bearer …, error="insufficient_scope"', (value) =>
      /^bearer\b.*\berror="insufficient_scope"/i.test(value),
    ),
  },
  'status-found': {
    basis: 'documented',
    title: 'an import has status, fileLine and messages, in order',
    request: 'status-found',
    expect: all(
      status(200),
      json(
        '{"result":{"status":…,"fileLine":…,"messages":…}}',
        (fields) =>
          Object.keys(fields).join() === 'result' &&
          isObject(fields.result) &&
          Object.keys(fields.result).join() === resultFields.join(),
      ),
    ),
  },
  'status-word': {
    basis: 'documented',
    title: 'the status is a word that is documented or published',
    request: 'status-found',
    expect: result(
      '"status": processed, pending, failed or processing',
      (it) => it.status === undefined || [...words, 'processing'].includes(it.status as string),
    ),
  },
  'status-file-line': {
    basis: 'documented',
    title: 'fileLine is a whole number',
    request: 'status-found',
    expect: result(
      '"fileLine": a whole number from 0',
      ({ fileLine }) =>
        fileLine === undefined || (Number.isInteger(fileLine) && (fileLine as number) >= 0),
    ),
  },
  'status-messages': {
    basis: 'documented',
    title: 'messages are texts',
    request: 'status-found',
    expect: result(
      '"messages": an array of texts',
      ({ messages }) =>
        messages === undefined ||
        (Array.isArray(messages) && messages.every((it) => typeof it === 'string')),
    ),
  },
  'status-processed-messages': {
    basis: 'documented',
    title: 'an import that is processed has no messages',
    request: 'status-found',
    expect: result(
      '"messages":[]',
      ({ status: word, messages }) =>
        word !== 'processed' ||
        !Array.isArray(messages) ||
        messages.length === 0 ||
        // Another check reports that one.
        messages.some((it) => typeof it !== 'string'),
    ),
  },
  'download-no-token': {
    basis: 'documented',
    title: 'a download without a token is 401',
    request: 'download-no-token',
    expect: accessDenied,
  },
  'download-unknown': {
    basis: 'documented',
    title: 'a download of an unknown id is 404',
    request: 'download-unknown',
    expect: unknown,
  },
  'upload-no-token': {
    basis: 'documented',
    title: 'an upload without a token is 401',
    request: 'upload-no-token',
    expect: accessDenied,
  },
  'upload-no-file': {
    basis: 'published',
    title: 'an upload without a file is 400',
    request: 'upload-no-file',
    expect: all(status(400), message),
  },
  'upload-other-name': {
    basis: 'published',
    title: 'a file that is neither .csv nor .zip is 400',
    request: 'upload-other-name',
    expect: all(status(400), message),
  },
  upload: {
    basis: 'published',
    title: 'an upload gets its reference id, a UUID',
    request: 'upload',
    expect: (response, known, facts) =>
      (isRagged(facts.file?.content) ? acceptedOrRagged : accepted)(response, known, facts),
  },
  'upload-ends': {
    basis: 'documented',
    title: 'an upload ends as processed or failed',
    request: 'upload-status',
    expect: all(
      status(200),
      result(
        '"status": processed or failed',
        (it) => it.status === 'processed' || it.status === 'failed',
      ),
    ),
  },
  download: {
    basis: 'published',
    title: 'the result file has a signed URL',
    request: 'download',
    // A file that was refused as a whole has no result file.
    expect: (response, ...seen) =>
      (response.status === 404 ? message : signedUrl)(response, ...seen),
  },
  'result-type': {
    basis: 'published',
    title: 'the result file is CSV',
    request: 'result',
    expect: contentType('text/csv'),
  },
  'result-columns': {
    basis: 'published',
    title: 'the result file ends with the columns of the result',
    request: 'result',
    expect: all(
      status(200),
      bodyWhere('…,status,errorType,errorCode,errorMessage', (text) =>
        /^[^\r\n]*,status,errorType,errorCode,errorMessage\r?\n/.test(text),
      ),
    ),
  },
} satisfies Record<string, Check>

export type CheckId = keyof typeof checks
