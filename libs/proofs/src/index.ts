export type { HttpSettings } from './http/http-get.ts'
export type { FailedProof, FailureReason, ProofResult, VerifiedProof } from './result.ts'
export { defaultProofSettings, type ProofSettings, proofSetting } from './settings.ts'
export { type ProofQuestion, verifyProof } from './verify-proof.ts'
