import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { DirectoryEntry, PrimaryHex } from '@kez-chat/contracts'
import { createAddressTable } from '@kez-chat/relay-bridge/addresses'
import type { Bench } from '../frame/bench.ts'

const addresses = 100_000
/** An address and the key of an inbox. */
const bareBytes = 64
const allowedBytes = 250

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

const memory = (): number => {
  for (let i = 0; i < 3; i++) collectGarbage()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

/** What the bridge's table of addresses takes, with everything that hangs on it. */
export const relayAddresses: Bench = {
  name: 'relay-addresses',
  describe: `bytes of memory per registered address at ${addresses} addresses vs the ${bareBytes} bytes of an address and an inbox; at most ${allowedBytes}`,
  unit: 'bytes',
  better: 'lower',
  bar: allowedBytes / bareBytes,
  pairs: 3,
  prepare: async () => ({
    bare: async () => ({ main: bareBytes }),
    ours: async () => {
      const before = memory()
      const table = createAddressTable()
      for (let n = 0; n < addresses; n++) {
        const hex = PrimaryHex.parse((n + 1).toString(16).padStart(64, '0'))
        const entry = {
          handle: `person-${n}`,
          primary: `ed25519:${hex}`,
          server: 'bench.test',
          registered_at: '2026-05-25T03:00:00Z',
          seq: n,
          status: 'active',
        }
        table.put(hex, DirectoryEntry.parse(entry))
      }
      const bytes = memory() - before
      if (table.size !== addresses) throw new Error(`the table holds ${table.size} addresses`)
      return { main: bytes / addresses }
    },
    stop: async () => {},
  }),
}
