import { createClient } from '@kez-chat/client'
import { primaryHex } from '@kez-chat/contracts'
import { createRegistration, parseHandle, randomBytes, signingKeyFromSeed } from '@kez-chat/identity'
import type { Stack } from '@kez-chat/testkit'

let people = 0
let letters = 0

export type Person = Awaited<ReturnType<typeof newPerson>>

/** Somebody who registers at a running stack. */
export const newPerson = async (stack: Stack) => {
  const key = signingKeyFromSeed(randomBytes(32))
  const handle = parseHandle(`person${++people}`)
  const client = createClient({ baseUrl: stack.url, retries: 0 })
  const { primary } = await client.register(
    createRegistration({ handle, server: stack.server, createdAt: Date.now() }, key),
  )
  return { handle, key, inbox: primaryHex(primary) }
}

/** A sealed envelope, as far as the server can tell, never the same twice. */
export const newEnvelope = (bytes = 300) => ({
  v: 2,
  eph: (++letters).toString(16).padStart(64, '0'),
  nonce: '0'.repeat(24),
  ct: 'x'.repeat(bytes),
})

/** The status of the answer, or 0 when there is none. */
export const post = (stack: Stack, to: string, bytes?: number): Promise<number> =>
  fetch(`${stack.url}/v1/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ to, envelope: newEnvelope(bytes) }),
    signal: AbortSignal.timeout(20_000),
  }).then(
    async (answer) => {
      await answer.arrayBuffer()
      return answer.status
    },
    () => 0,
  )
