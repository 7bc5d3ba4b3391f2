/**
 * Imported first by each program: the client asks nodes for information in the threads of Node's pool, which are four
 * unless told otherwise before the first of them is used. A silent node holds one for the whole time of each question,
 * and what is asked of the others must not wait behind it.
 */
process.env.UV_THREADPOOL_SIZE = '32';
