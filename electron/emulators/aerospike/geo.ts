import { code, refuse } from './codes.ts';

/** GeoJSON as far as the server indexes it: points, polygons, several of either, and circles. */
export type Shape =
  | { kind: 'points'; points: Point[] }
  | { kind: 'polygons'; polygons: Point[][][] }
  | { kind: 'circle'; centre: Point; radiusMeters: number };

/** Longitude, latitude. */
export type Point = readonly [number, number];

/** Refuses what is no such shape, as the server does. */
export function parseShape(json: Buffer): Shape {
  let given: unknown;
  try {
    given = JSON.parse(json.toString('utf8'));
  } catch {
    return refuse(code.geoInvalidGeoJson);
  }
  return shapeOf(given) ?? refuse(code.geoInvalidGeoJson);
}

function shapeOf(given: unknown): Shape | null {
  if (typeof given !== 'object' || given === null) return null;
  const { type, coordinates, geometry } = given as { type?: unknown; coordinates?: unknown; geometry?: unknown };
  switch (type) {
    case 'Feature':
      return shapeOf(geometry);
    case 'Point':
      return isPoint(coordinates) ? { kind: 'points', points: [coordinates] } : null;
    case 'MultiPoint':
      return isList(coordinates, isPoint) ? { kind: 'points', points: coordinates } : null;
    case 'Polygon':
      return isPolygon(coordinates) ? { kind: 'polygons', polygons: [coordinates] } : null;
    case 'MultiPolygon':
      return isList(coordinates, isPolygon) ? { kind: 'polygons', polygons: coordinates } : null;
    case 'AeroCircle': {
      if (!Array.isArray(coordinates)) return null;
      const [centre, radiusMeters] = coordinates as unknown[];
      if (!isPoint(centre) || typeof radiusMeters !== 'number' || radiusMeters <= 0) return null;
      return { kind: 'circle', centre, radiusMeters };
    }
    default:
      return null;
  }
}

const isList = <T>(given: unknown, isOne: (one: unknown) => one is T): given is T[] =>
  Array.isArray(given) && given.length > 0 && given.every(isOne);

const isPoint = (given: unknown): given is Point =>
  Array.isArray(given) &&
  given.length >= 2 &&
  given.every((one) => typeof one === 'number') &&
  Math.abs(given[0] ?? 0) <= 180 &&
  Math.abs(given[1] ?? 0) <= 90;

/** A ring closes on itself. */
const isRing = (given: unknown): given is Point[] => {
  if (!isList(given, isPoint) || given.length < 4) return false;
  const [first, last] = [given[0], given.at(-1)];
  return first?.[0] === last?.[0] && first?.[1] === last?.[1];
};

const isPolygon = (given: unknown): given is Point[][] => isList(given, isRing);

/** Whether one is a point within the other, whichever way round: what the server's geo queries answer. */
export function touches(left: Shape, right: Shape): boolean {
  if (left.kind === 'points' && right.kind !== 'points') return left.points.some((point) => contains(right, point));
  if (right.kind === 'points' && left.kind !== 'points') return right.points.some((point) => contains(left, point));
  return false;
}

function contains(region: Exclude<Shape, { kind: 'points' }>, point: Point): boolean {
  if (region.kind === 'circle') return metersBetween(region.centre, point) <= region.radiusMeters;
  return region.polygons.some(
    ([outer = [], ...holes]) => isInRing(outer, point) && !holes.some((ring) => isInRing(ring, point)),
  );
}

/** Counts crossings on a flat map: the server's edges are great circles, which differ for very long ones only. */
function isInRing(ring: readonly Point[], [x, y]: Point): boolean {
  let isInside = false;
  for (const [index, [x1, y1]] of ring.entries()) {
    const [x2, y2] = ring[(index + 1) % ring.length] ?? [x1, y1];
    if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) isInside = !isInside;
  }
  return isInside;
}

const earthRadiusMeters = 6_371_000;

function metersBetween([lng1, lat1]: Point, [lng2, lat2]: Point): number {
  const radians = (degrees: number): number => (degrees * Math.PI) / 180;
  const dLat = radians(lat2 - lat1);
  const dLng = radians(lng2 - lng1);
  const h = Math.sin(dLat / 2) ** 2 + Math.cos(radians(lat1)) * Math.cos(radians(lat2)) * Math.sin(dLng / 2) ** 2;
  return 2 * earthRadiusMeters * Math.asin(Math.min(1, Math.sqrt(h)));
}
