import type { Plant } from '../plant.ts'
import { beliefPlants } from './belief.ts'
import { homePlants } from './home.ts'
import { memoryPlants } from './memory.ts'
import { relayPlants } from './relays.ts'

/** The planted bugs, by name. */
export const plants: ReadonlyMap<string, Plant> = new Map<string, Plant>(
  Object.entries({ ...relayPlants, ...homePlants, ...memoryPlants, ...beliefPlants }),
)
