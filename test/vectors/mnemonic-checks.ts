import { fromHex, phraseToSeed, seedToPhrase, signingKeyFromSeed, toHex } from '../../libs/identity/src/index.ts'
import file from '../../vectors/mnemonic.json' with { type: 'json' }
import { refused, same, type VectorCheck } from './check.ts'

/** mnemonic.json: phrase → seed → key, and back where the phrase is the seed. */
export const mnemonicChecks: VectorCheck[] = file.vectors.flatMap(({ phrase, seed, public_key: publicKey }, i) => [
  {
    name: `phrase ${i} gives its seed and key`,
    run: () => {
      same(toHex(phraseToSeed(phrase)), seed)
      same(toHex(signingKeyFromSeed(phraseToSeed(phrase)).publicKey), publicKey)
      if (phrase.split(' ').length === 24) same(seedToPhrase(fromHex(seed, 32)), phrase)
    },
  },
  {
    name: `phrase ${i} with its last word changed is refused`,
    run: () => refused(() => phraseToSeed(phrase.replace(/\w+$/, 'zoo')), 'phrase_checksum'),
  },
])
