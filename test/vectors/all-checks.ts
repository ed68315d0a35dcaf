import { verifyEd25519 } from '../../libs/identity/src/index.ts'
import type { VectorCheck } from './check.ts'
import { ed25519Checks } from './ed25519-checks.ts'
import { identityChecks } from './identity-checks.ts'
import { mnemonicChecks } from './mnemonic-checks.ts'
import { proofChecks } from './proof-checks.ts'
import { rotationChecks } from './rotation-checks.ts'
import { sealedChecks } from './sealed-checks.ts'
import { visualChecks } from './visual-checks.ts'

/** Everything the vectors promise, with the verifier this platform's build of the library has chosen. */
export const allChecks: readonly VectorCheck[] = [
  ...identityChecks,
  ...mnemonicChecks,
  ...rotationChecks,
  ...proofChecks,
  ...sealedChecks,
  ...visualChecks,
  ...ed25519Checks('own', verifyEd25519),
]
