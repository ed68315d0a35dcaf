import { openNatsClient } from '@kez-chat/client/nats'
import { phraseToSeed, signingKeyFromSeed } from '@kez-chat/identity'
import { wsconnect } from '@nats-io/nats-core'

const { URL: servers = '', SERVER: server = '', PHRASE: phrase = '' } = process.env
const signer = signingKeyFromSeed(phraseToSeed(phrase))
const client = await openNatsClient({ connect: wsconnect, servers, server, signer, connection: { reconnect: false } })
await client.connection.flush()
await client.close()
console.log('logged in')
