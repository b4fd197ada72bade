/**
 * Annotation of a ServiceEntry: other names, separated by commas, by which clients call its host. They share
 * its routes; they are no services of their own.
 */
export const aliasesAnnotation = 'networking.flotilla.dev/aliases';
