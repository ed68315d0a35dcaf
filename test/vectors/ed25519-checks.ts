import { fromHex } from '../../libs/identity/src/index.ts'
import file from '../../vectors/ed25519-verify.json' with { type: 'json' }
import { same, type VectorCheck } from './check.ts'

type Verify = (signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array) => boolean

/** Every signature vector, judged by one verifier. */
export const ed25519Checks = (verifier: string, verify: Verify): VectorCheck[] =>
  file.vectors.map((vector, i) => ({
    name: `${verifier}: ed25519 vector ${i}, ${vector.why}, is ${vector.accept ? 'accepted' : 'refused'}`,
    run: () => {
      const message = fromHex(vector.message, vector.message.length / 2)
      same(verify(fromHex(vector.signature, 64), message, fromHex(vector.public_key, 32)), vector.accept)
    },
  }))
