export const compileProblem = (_name: string, _source: string): { line: number; message: string } | null => null;
