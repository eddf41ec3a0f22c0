/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* nbody.c - the sun and four planets, n steps of a symplectic integrator: doubles, divisions, square roots.
 * bench: n=4000 */
#include "bench.h"

#define PI         3.141592653589793
#define SOLAR_MASS (4 * PI * PI)
#define DAYS       365.24

enum { BODIES = 5 };
struct body {
    f64 x, y, z, vx, vy, vz, mass;
};

static const struct body start[BODIES] = {
    {0, 0, 0, 0, 0, 0, SOLAR_MASS},
    {4.84143144246472090, -1.16032004402742839, -0.103622044471123109, 0.00166007664274403694 * DAYS,
     0.00769901118419740425 * DAYS, -0.0000690460016972063023 * DAYS, 0.000954791938424326609 * SOLAR_MASS},
    {8.34336671824457987, 4.12479856412430479, -0.403523417114321381, -0.00276742510726411e0 * DAYS,
     0.00499852801234917238 * DAYS, 0.0000230417297573763929 * DAYS, 0.000285885980666130812 * SOLAR_MASS},
    {12.8943695621391310, -15.1111514016986312, -0.223307578892655734, 0.00296460137564761618 * DAYS,
     0.00237847173959480950 * DAYS, -0.0000296589568540237556 * DAYS, 0.0000436624404335156298 * SOLAR_MASS},
    {15.3796971148509165, -25.9193146099879641, 0.179258772950371181, 0.00268067772490389322 * DAYS,
     0.00162824170038242295 * DAYS, -0.0000951592254519715870 * DAYS, 0.0000515138902046611451 * SOLAR_MASS},
};

static struct body body[BODIES];

static NOINLINE void advance(f64 dt) {
    for (u32 i = 0; i < BODIES; i++) {
        struct body *p = &body[i];
        for (u32 j = i + 1; j < BODIES; j++) {
            struct body *q = &body[j];
            f64 dx = p->x - q->x, dy = p->y - q->y, dz = p->z - q->z;
            f64 d2 = dx * dx + dy * dy + dz * dz;
            f64 mag = dt / (d2 * __builtin_sqrt(d2));
            p->vx -= dx * q->mass * mag;
            p->vy -= dy * q->mass * mag;
            p->vz -= dz * q->mass * mag;
            q->vx += dx * p->mass * mag;
            q->vy += dy * p->mass * mag;
            q->vz += dz * p->mass * mag;
        }
    }
    for (u32 i = 0; i < BODIES; i++) {
        body[i].x += dt * body[i].vx;
        body[i].y += dt * body[i].vy;
        body[i].z += dt * body[i].vz;
    }
}

static f64 energy(void) {
    f64 e = 0;
    for (u32 i = 0; i < BODIES; i++) {
        struct body *p = &body[i];
        e += 0.5 * p->mass * (p->vx * p->vx + p->vy * p->vy + p->vz * p->vz);
        for (u32 j = i + 1; j < BODIES; j++) {
            f64 dx = p->x - body[j].x, dy = p->y - body[j].y, dz = p->z - body[j].z;
            e -= p->mass * body[j].mass / __builtin_sqrt(dx * dx + dy * dy + dz * dz);
        }
    }
    return e;
}

EXPORT u32 bench(u32 n) {
    f64 px = 0, py = 0, pz = 0;
    for (u32 i = 0; i < BODIES; i++) {
        body[i] = start[i];
        px += body[i].vx * body[i].mass;
        py += body[i].vy * body[i].mass;
        pz += body[i].vz * body[i].mass;
    }
    body[0].vx = -px / SOLAR_MASS;
    body[0].vy = -py / SOLAR_MASS;
    body[0].vz = -pz / SOLAR_MASS;
    for (u32 r = 0; r < n; r++)
        advance(0.01);
    return mix_f64(0, energy());
}
