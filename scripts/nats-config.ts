import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { renderNatsConfig } from '@kez-chat/nats-config'

const file = join(import.meta.dirname, '..', 'deploy', 'nats', 'nats.conf')

/** The configuration for a NATS server of one's own; users' public keys come from the server's environment. */
export const shippedNatsConfig = (): string =>
  renderNatsConfig({
    serverName: 'kez-nats',
    listen: { host: '0.0.0.0', port: 4222 },
    websocket: { host: '0.0.0.0', port: 8443 },
    monitor: { host: '127.0.0.1', port: 8222 },
    storeDir: '/data/jetstream',
    users: {
      registry: ['$KEZ_REGISTRY_NKEY'],
      gateway: ['$KEZ_GATEWAY_NKEY'],
      'relay-bridge': ['$KEZ_RELAY_BRIDGE_NKEY'],
      push: ['$KEZ_PUSH_NKEY'],
      auth: ['$KEZ_AUTH_NKEY'],
      'auth-reader': ['$KEZ_AUTH_READER_NKEY'],
      'auth-kick': ['$KEZ_AUTH_KICK_NKEY'],
      admin: ['$KEZ_ADMIN_NKEY'],
      backup: ['$KEZ_BACKUP_NKEY'],
      sys: ['$KEZ_SYS_NKEY'],
    },
    callout: { issuer: '$KEZ_AUTH_ISSUER', xkey: '$KEZ_AUTH_XKEY' },
    inboxStreams: 1,
  })

if (import.meta.main) writeFileSync(file, shippedNatsConfig())

export const savedNatsConfig = (): string => readFileSync(file, 'utf8')
