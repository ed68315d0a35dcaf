export { rules } from '../../../services/registry/src/rules.ts'
