export { rules } from '../../registry/src/rules.ts'
