import { createPair, type KeyPair, Prefix } from '@nats-io/nkeys'
import type { NkeyKind } from '../src/index.ts'

const prefixes: Readonly<Record<NkeyKind, Prefix>> = {
  operator: Prefix.Operator,
  account: Prefix.Account,
  user: Prefix.User,
  server: Prefix.Server,
  cluster: Prefix.Cluster,
  curve: Prefix.Curve,
}

export const allKinds = ['operator', 'account', 'user', 'server', 'cluster', 'curve'] as const
export const signingKinds = ['operator', 'account', 'user', 'server', 'cluster'] as const

/** A new key pair of the stock library. */
export const stockPair = (kind: NkeyKind): KeyPair => createPair(prefixes[kind])

export const seedText = (pair: KeyPair): string => new TextDecoder().decode(pair.getSeed())
export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)
