import {
  createClaim,
  encodeCompact,
  encodeCompactChain,
  encodeDnsTxt,
  encodeMarkdown,
  fromHex,
  jcs,
  nostrSigningKey,
  parseProof,
  parseTimestamp,
  signingKeyFromSeed,
  validateChain,
  verifyClaim,
} from '../../libs/identity/src/index.ts'
import identity from '../../vectors/identity.json' with { type: 'json' }
import rotation from '../../vectors/rotation.json' with { type: 'json' }
import { refused, same, type VectorCheck } from './check.ts'

/** The published claim and chain, compressed by zstd's own command line from a pipe: no content size, a checksum. */
const claimByZstd = [
  'kez:z1:',
  'KLUv_QRozQgAZpU-HWBrHVgb8X9BcZQ1REizdQHA1e6S3RxGoBRBEHABNwA2ADcAjRPHVjvhQ2vxdIXqaBqxNIJduAvTBhYraxXG',
  'ywr16cH0p72RCoE6W8E4eqGJIpZmpEJ9-EEhAY03AFB94Xg0UZcL0zAyCs9CkG6IDEcTbam51p7klHp5ue_I0DZqsRXzTubKF2Jq',
  'RscS6hQjq-6m-k_soV0rSu8Xv9HP58aSZHKR47Tr06nlklz8oIk60qAwWl1wFALT3jCeThAWR5MIgppQLE6RiM7tn91epvifWK1X',
  '79XP587sX2Qbl1SdmnvOHkX5TUYZ13tuiCkZpbf33txCjhdiFwkAbwRC1wwtjcEgNNYz-7tmyzIPK9QFHMtAQQGebv0V',
].join('')
const chainByZstd = [
  'kez:zc1:',
  'KLUv_QRodRoAqkSECh1QVaEDDEItDrVYyESSU7qqqlvIMrI5BsJups1wArsAmACXAK4lq1iWFS8H_49sUWYb5-3n-vOm5AwxVMWO',
  'yE_BLGcSAhwTRkHAKhlhQuCAgV2igoIdAjbq4XB4SJiQcIuBh8MhMCjcJDDwoysQKBIOjCt0xYSeFtU1dsdkWZ6bFHFpM5rRIY6e',
  'RfB0IVd8zdhtqHbWjHQeW5l2HEOCGxIkIOjhaEhghnMY4qGA6FH0OCJIE0gSIEZGwQbHKdgljEPj4Tj8wIDBEI4AB4WDW7iBQwIj',
  'mIOECcfDkeELDo1WveZyyRedXvXJGSyNRM_xkSJnWHXf4KFjOtlxjz1IGiNYuC88WLiEASix2m0fEyVTPoljlSO3k3PZcpP_Ot-7',
  'atXX9XrK3BlBMmOFix8hXoYE8YmrU9epXx1zjdqQJc77znTuHy99n8p7gB6OCN_Y2HAc4j-sb67_zzAf9_HPuhv5bUKdBvm0rJOv',
  'Nq-mTee-aRE0bVz3A_9qhaS8rvfZ2TXJWGzHzCmfuf9GZVMJK36ywWG4ZXLQ4O4zaxsqXaiLHkJscEt165UypekYyW_v00f7Uncq',
  '-7AjGLhxYAoIN4YpmOLhiC6plLJ37_1SuYSS8L2xQvDdnHnqweYvsoRe1LwZE-ljdMhojZ0iLsaJVlmbGU025Li8zmjF1DiWfkb-',
  '1OUlLjPVxEk5bAl9cnMAGxuOJpJ2WXSE5mx2ekjj8UxGkl5Im3ThpZqbg6v4dZLOWeUrEz02eVod5HP-2YjMFG01YsXIL5_hL1_P',
  'iq2FhHVtvWoGF-6A5MRehHB1fzotvvlxIuZQoUtWdfy799baq8_SQjutlAcLnmE0vKUoLp6kpctDZf1Q0wm7zfXinZO1lcG9UjqJ',
  'bFlPM0CPnIlXbgM-IGAkmrKyDjZ7AKdTrJ3sjkgKgtIBcJwhAGTTBG9cdQn-DAl4jiaIwLpK4BpsYPKA9OEMgLo1ebjT8SGwDwCN',
  'SzyI1QTkqAzVEY8LCKNyAsWOxMLEPhYe2B0AHFXuyp1ITDaIHAEqTkOh-WZBBM8fWq-Z2AAIi14F0rVRgAj4Gu8Q2kpLbM5Kt1ZB',
  'YUHKDQrBCBgCsM7YJ9CkHFBmpWM3XgAmDzAz4JUBOZDj_Q',
].join('')

const createdAt = parseTimestamp('2026-05-25T03:00:00Z')
const claim = createClaim({ subject: 'github:alice', createdAt }, signingKeyFromSeed(fromHex(identity.seed, 32)))

/** Both compact forms, read as others write them and written for others to read. */
export const proofChecks: VectorCheck[] = [
  {
    name: 'a compact claim of another program is read and verifies',
    run: async () => {
      const proof = await parseProof(claimByZstd)
      same(jcs(proof), jcs({ kind: 'claim', envelope: identity.claim }))
      same(proof.kind === 'claim' && verifyClaim(proof.envelope, createdAt).subject, 'github:alice')
    },
  },
  {
    name: 'a compact chain of another program is read and is valid',
    run: async () => {
      const proof = await parseProof(`See ${chainByZstd}.`)
      same(jcs(proof), jcs({ kind: 'chain', events: rotation.chain }))
      same(proof.kind === 'chain' && validateChain(proof.events).length, 3)
    },
  },
  {
    name: 'claim and chain come back from what is written here',
    run: async () => {
      for (const source of [await encodeCompact(claim), await encodeDnsTxt(claim), encodeMarkdown(claim)]) {
        same(jcs(await parseProof(source)), jcs({ kind: 'claim', envelope: identity.claim }))
      }
      const proof = await parseProof(chainByZstd)
      const chain = proof.kind === 'chain' ? proof.events : []
      same(jcs(await parseProof(await encodeCompactChain(chain))), jcs(proof))
    },
  },
  {
    name: 'a compact claim is shorter than its JSON',
    run: async () => same((await encodeCompact(claim)).length < jcs(claim).length, true),
  },
  {
    name: 'a compact text that is cut off, or has something behind it, is refused',
    run: async () => {
      await refused(() => parseProof(claimByZstd.slice(0, -4)), 'malformed')
      await refused(() => parseProof(`${claimByZstd}AAAA`), 'malformed')
    },
  },
  {
    name: 'a claim by a nostr key is made and verifies',
    run: async () => {
      const key = nostrSigningKey(fromHex(identity.transport_secret, 32))
      const proof = await parseProof(await encodeCompact(createClaim({ subject: 'dns:example.org', createdAt }, key)))
      same(proof.kind === 'claim' && verifyClaim(proof.envelope, createdAt).primary, key.primary)
    },
  },
]
