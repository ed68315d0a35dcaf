import { startWebCounterpart, type WebCounterpart } from '@kez-chat/testkit'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createHttpGet } from '../src/http/browser-http.ts'
import type { ProofFailure } from '../src/result.ts'

let web: WebCounterpart

beforeAll(async () => {
  web = await startWebCounterpart()
  web.publish(new URL(web.origin).host, '/file', 'hello')
})
afterAll(() => web.stop())
afterEach(() => web.fault())

const get = (url: string, { timeoutMs = 5_000, follow = true } = {}) =>
  createHttpGet({ timeoutMs, counterparts: { 'site.test': web.origin }, dnsServers: [] })(url, {
    accept: 'text/plain',
    follow,
    signal: new AbortController().signal,
  })

const refusal = (url: string, options?: { timeoutMs?: number }) =>
  get(url, options).then(
    () => 'answered',
    ({ reason, message }: ProofFailure) => `${reason}: ${message}`,
  )

describe('fetching as a page does', () => {
  it('reads a file', async () => {
    const answer = await get('https://site.test/file')
    expect([answer.status, new TextDecoder().decode(answer.body)]).toEqual([200, 'hello'])
    expect(answer.header('content-type')).toBe('application/json')
  })

  it('never asks over plain HTTP', async () => {
    const before = web.requests.length
    expect(await refusal(`${web.origin}/file`)).toMatch(/is asked for over something else than HTTPS$/)
    expect(web.requests).toHaveLength(before)
  })

  it.each([
    ['huge', 'malformed: the answer of site.test is larger than 1048576 bytes'],
    ['huge_without_length', 'malformed: the answer of site.test is larger than 1048576 bytes'],
    ['cut_off', 'unreachable: site.test could not be reached'],
  ] as const)('gives up on an answer that is %s', async (fault, why) => {
    web.fault(fault)
    expect(await refusal('https://site.test/file')).toBe(why)
  })

  it('gives up on an answer that never ends', async () => {
    web.fault('slow')
    expect(await refusal('https://site.test/file', { timeoutMs: 200 })).toBe(
      'unreachable: site.test did not answer in time',
    )
  })

  it('tells that there is a redirect when it is not to follow it', async () => {
    web.fault('redirect_forever')
    expect((await get('https://site.test/file', { follow: false })).status).toBe(302)
  })
})
