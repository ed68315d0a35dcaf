import { createClient } from '@kez-chat/client'
import { openNatsClient } from '@kez-chat/client/nats'
import { parsePrimary, phraseToSeed, signingKeyFromSeed } from '@kez-chat/identity'
import {
  createInner,
  createMemoryReplayStore,
  createReplayGuard,
  messagingKeyFromSeed,
  open,
  seal,
} from '@kez-chat/messaging'
import { wsconnect } from '@nats-io/nats-core'

const element = <T extends HTMLElement>(id: string, kind: new () => T): T => {
  const found = document.getElementById(id)
  if (found instanceof kind) return found
  throw new TypeError(`the page has no ${id}`)
}
const status = element('status', HTMLElement)
const login = element('login', HTMLFormElement)
const write = element('write', HTMLFormElement)
const messages = element('messages', HTMLUListElement)

const show = (line: string): void => {
  const item = document.createElement('li')
  item.textContent = line
  messages.append(item)
}
const told = (error: unknown): string => (error instanceof Error ? error.message : String(error))
const field = (form: HTMLFormElement, name: string): string => String(new FormData(form).get(name) ?? '').trim()

/** Logs in, shows what comes, and returns what sends. */
const start = async (home: string, nats: string, phrase: string) => {
  const seed = phraseToSeed(phrase)
  const [signer, key] = [signingKeyFromSeed(seed), messagingKeyFromSeed(seed)]
  const http = createClient({ baseUrl: home })
  const { server } = await http.health()
  const { handle } = await http.lookupPrimary(signer.primary)
  const client = await openNatsClient({ connect: wsconnect, servers: nats, server, signer })
  // For as long as the page lives: what came before is shown again after a reload.
  const guard = createReplayGuard(createMemoryReplayStore())

  client.openInbox({
    slot: 1,
    onMessage: async ({ envelope, received_at }) => {
      try {
        const { inner, body, sentAt } = await open(envelope, key, {
          now: Date.now(),
          receivedAt: Date.parse(received_at),
        })
        if (!(await guard.remember({ from: inner.from, innerId: inner.id, sentAt }))) return
        if (body.type === 'text') show(`${inner.from.slice(8, 16)}…: ${body.text}`)
      } catch (error) {
        show(`A message cannot be opened: ${told(error)}`)
      }
    },
    onError: (error) => {
      status.textContent = `Trying again: ${told(error)}`
    },
  })
  status.textContent = `Connected as ${handle}@${server}.`

  return async (to: string, text: string): Promise<void> => {
    const peer = await http.lookup(to)
    const draft = {
      from: signer.primary,
      fromHandle: `${handle}@${server}`,
      to: parsePrimary(peer.primary),
      body: { type: 'text', text },
      sentAt: Date.now(),
    }
    await client.send({ to: peer.handle, envelope: { ...(await seal(createInner(draft), signer)) } })
    show(`to ${peer.handle}: ${text}`)
  }
}

login.addEventListener('submit', async (event) => {
  event.preventDefault()
  status.textContent = 'Connecting …'
  try {
    const send = await start(field(login, 'home'), field(login, 'nats'), field(login, 'phrase'))
    login.hidden = true
    write.hidden = false
    write.addEventListener('submit', async (submitted) => {
      submitted.preventDefault()
      try {
        await send(field(write, 'to'), field(write, 'text'))
        status.textContent = 'Sent: it is on the server’s disk.'
      } catch (error) {
        status.textContent = `Not sent: ${told(error)}`
      }
    })
  } catch (error) {
    status.textContent = `Not connected: ${told(error)}`
  }
})
