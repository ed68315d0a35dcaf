import { createClient } from '@kez-chat/client'
import { problem } from '@kez-chat/contracts'
import { inviterCheck, parseHandle, randomBytes, signingKeyFromSeed } from '@kez-chat/identity'
import { describe, expect, it } from 'vitest'
import { findInviter } from './person.ts'

const { primary } = signingKeyFromSeed(randomBytes(32))
const other = signingKeyFromSeed(randomBytes(32)).primary
const link = { handle: parseHandle('alice'), check: inviterCheck(primary) }
const profile = {
  ...{ handle: 'alice', fqhn: 'alice@kez.test', primary, status: 'active', proofs: [] },
  ...{ sigchain_url: 'https://kez.test/', registered_at: '2026-01-01T00:00:00Z' },
}

/** A client whose server answers in this way. */
const answering = (answer: () => Response) =>
  createClient({ baseUrl: 'https://kez.test', retries: 0, fetch: async () => answer() })

describe('the inviter that a link names', () => {
  it('is found with the key of the link', async () => {
    const client = answering(() => Response.json({ ...profile, nostr: 'ab'.repeat(32) }))
    const found = await findInviter(client, link, 'kez.test')
    expect(found).toEqual({ primary, full: 'alice@kez.test', nostr: 'ab'.repeat(32) })
  })

  it.each([
    ['a server that answers with another key', () => Response.json({ ...profile, primary: other }), 'otherKey'],
    ['a server that answers for another name', () => Response.json({ ...profile, fqhn: 'alice@x.test' }), 'notKez'],
    ['an identity that has ended', () => Response.json({ ...profile, status: 'revoked' }), 'ended'],
    ['nobody of that name', () => Response.json(problem('not_found', 'nobody'), { status: 404 }), 'notFound'],
    ['a server in trouble', () => Response.json(problem('unavailable', 'later'), { status: 503 }), 'unreachable'],
    ['an answer that is none', () => new Response('<h1>It works!</h1>'), 'notKez'],
    [
      'a server that is not reached',
      () => {
        throw new TypeError('failed to fetch')
      },
      'unreachable',
    ],
  ] as const)('is refused: %s', async (_, answer, refusal) => {
    expect(await findInviter(answering(answer), link, 'kez.test')).toBe(refusal)
  })
})
