import { randomBytes } from 'node:crypto'
import type { Socket } from 'node:net'
import type { DoctorCheck } from '@kez-chat/contracts'
import { patience, requestTo, type Target, timedOut } from '../ask.ts'
import { fail, ok } from '../check.ts'

const id = 'relay.websocket'
const enough = 4_096

type Outcome = { readonly refused: number } | { readonly said: string }

/** The first that the server says, within its frame; a few bytes do. */
const firstWords = (socket: Socket, head: Buffer): Promise<string> =>
  new Promise((resolve, reject) => {
    let heard = head.toString('latin1')
    const take = (): void => {
      if (heard.includes('AUTH') || heard.length > enough) resolve(heard)
    }
    take()
    socket.on('data', (part: Buffer) => {
      heard += part.toString('latin1')
      take()
    })
    socket.once('close', () => resolve(heard))
    socket.on('error', reject)
  })

const visit = (target: Target): Promise<Outcome> =>
  new Promise((resolve, reject) => {
    const request = requestTo(target, '/relay', {
      headers: {
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': randomBytes(16).toString('base64'),
      },
    })
    const late = setTimeout(() => request.destroy(timedOut()), patience)
    const settle = (finish: () => void): void => {
      clearTimeout(late)
      finish()
      request.destroy()
    }
    request.on('error', (error) => settle(() => reject(error)))
    request.once('response', (response) => settle(() => resolve({ refused: response.statusCode ?? 0 })))
    request.once('upgrade', (_, socket, head) => {
      const silent = setTimeout(() => socket.destroy(), patience / 2)
      firstWords(socket, head).then(
        (said) => settle(() => resolve({ said })),
        (error: unknown) => settle(() => reject(error)),
      )
      socket.once('close', () => clearTimeout(silent))
    })
    request.end()
  })

/** The home relay: a WebSocket that gets through, and a relay behind it that speaks first. */
export const lookAtHomeRelay = async (target: Target): Promise<DoctorCheck[]> => {
  const outcome = await visit(target)
  if ('said' in outcome)
    return [
      outcome.said.includes('AUTH')
        ? ok(id, 'The WebSocket at /relay gets through, and the home relay speaks.')
        : fail(
            id,
            'The WebSocket at /relay opens, and the home relay says nothing.',
            'See whether the relay-bridge runs ("docker compose ps"), and what its log says.',
          ),
    ]
  if (outcome.refused === 503)
    return [
      fail(
        id,
        'The gateway answers 503 at /relay: no relay-bridge has taken the connection.',
        'See whether the relay-bridge runs ("docker compose ps"), and what its log says.',
      ),
    ]
  if (outcome.refused === 429)
    return [
      fail(
        id,
        'The gateway answers 429 at /relay: too many connections from this address.',
        'Wait a minute. If it stays, everybody comes from one address: see proxy.client-address.',
      ),
    ]
  return [
    fail(
      id,
      `The WebSocket at /relay does not get through (HTTP ${outcome.refused} in place of 101): chats over the home relay do not work.`,
      'Have the proxy pass the upgrade on. nginx: proxy_http_version 1.1, proxy_set_header Upgrade $http_upgrade and Connection "upgrade" (deploy/nginx/kez-chat.conf); Caddy and Traefik do it by themselves.',
    ),
  ]
}
