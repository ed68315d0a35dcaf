import type { Bench } from '../frame/bench.ts'
import { cpuMs, ratePerSecond } from '../identity/signed.ts'
import { bareCrypto, bareLogin } from './bare.ts'
import { createLogin, parties } from './login.ts'
import { answer } from './ours.ts'
import { stockResponder } from './stock.ts'

const LOGINS = 200
const STOCK_LOGINS = 5

/** The codec of the auth callout beside nothing but its cryptography. */
export const logins: Bench = {
  name: 'logins',
  describe:
    'logins per second of CPU time whose requests are opened, verified, answered and sealed (clients never seen before) vs the bare crypto of the same logins: 2 Ed25519 signs, 2 verifies, 1 box open, 1 seal, all keys imported',
  unit: 'logins/s',
  better: 'higher',
  bar: 0.6,
  pairs: 11,
  prepare: async () => {
    const known = parties()
    const made = Array.from({ length: LOGINS }, () => createLogin(known))
    const bare = made.map((login) => bareLogin(login, known, answer(login, known)))
    return {
      bare: async () => ({ main: ratePerSecond(bare, bareCrypto, 500) }),
      ours: async () => ({ main: ratePerSecond(made, (login) => answer(login, known), 500) }),
      stop: async () => {},
    }
  },
}

/** The same codec beside the stock JavaScript libraries. */
export const loginsStock: Bench = {
  name: 'logins-stock',
  describe: 'the same logins per second of CPU time vs @nats-io/jwt and @nats-io/nkeys doing the same work',
  unit: 'logins/s',
  better: 'higher',
  bar: 10,
  pairs: 5,
  prepare: async () => {
    const known = parties()
    const made = Array.from({ length: LOGINS }, () => createLogin(known))
    const stock = stockResponder(known)
    return {
      bare: async () => {
        const started = cpuMs()
        for (const login of made.slice(0, STOCK_LOGINS)) await stock(login)
        return { main: (STOCK_LOGINS / (cpuMs() - started)) * 1_000 }
      },
      ours: async () => ({ main: ratePerSecond(made, (login) => answer(login, known), 500) }),
      stop: async () => {},
    }
  },
}
