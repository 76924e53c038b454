/* The pixel kernels: what Python (native.py) calls. One rule holds for all of them: a kernel and its NumPy twin in
 * reference.py give the same bytes, so everything is integer arithmetic or single IEEE operations on float, and the
 * library is compiled without contraction of floating point (no fused multiply-add).
 *
 * Rectangles are half-open, in luma pixels, with even edges and inside every buffer they touch: the caller clips.
 * Planes are I420, BT.709, limited range; chroma planes have half the width and height. */
#ifndef WAVEREEL_KERNELS_H
#define WAVEREEL_KERNELS_H

#include <stddef.h>
#include <stdint.h>

#if defined(_WIN32)
#define WR_API __declspec(dllexport)
#else
#define WR_API __attribute__((visibility("default")))
#endif

/* Where the loader can choose between versions of a function when it is run, those with loops over pixels are also
 * compiled for AVX2: the same bytes, in two thirds of the time. Functions they call are inlined to be part of that. */
#if defined(__x86_64__) && defined(__GLIBC__) && defined(__has_attribute)
#if __has_attribute(target_clones)
#define WR_FAST __attribute__((target_clones("avx2", "default")))
#endif
#endif
#ifndef WR_FAST
#define WR_FAST
#endif
#define WR_INLINE static inline __attribute__((always_inline))

/* Raised with every change of a signature or of a result; native.py refuses a library with another number. */
#define WR_ABI_VERSION 1

/* Positions of shapes are in 1/64 px, directions in Q14. */
#define WR_SUB 64

typedef struct {
    uint8_t *y, *u, *v;
    int32_t stride, stride_c; /* bytes per row of luma and of chroma */
    int32_t width, height;    /* even */
} wr_planes;

typedef struct {
    const uint8_t *y, *u, *v; /* straight colour, not multiplied by alpha */
    const uint8_t *a, *ca;    /* alpha per luma pixel, and its mean per chroma sample */
    int32_t width, height;    /* even; rows lie side by side without gaps */
} wr_sprite;

typedef struct {
    int32_t x0, y0, x1, y1;
} wr_rect;

WR_API int32_t wr_abi_version(void);

WR_API void wr_copy(const wr_planes *target, const wr_planes *source, wr_rect rect);
WR_API void wr_fill(const wr_planes *target, wr_rect rect, int32_t y, int32_t u, int32_t v, int32_t alpha);
WR_API void wr_blend_sprite(const wr_planes *target, const wr_sprite *sprite, int32_t at_x, int32_t at_y, wr_rect rect,
                            int32_t opacity);
WR_API void wr_blend_mask(const wr_planes *target, const uint8_t *mask, int32_t mask_width, int32_t at_x, int32_t at_y,
                          wr_rect rect, int32_t y, int32_t u, int32_t v, int32_t opacity);
WR_API void wr_blend_mask_planes(const wr_planes *target, const uint8_t *mask, int32_t mask_width,
                                 const wr_planes *colors, int32_t at_x, int32_t at_y, wr_rect rect, int32_t opacity);

WR_API void wr_rgb16_to_planes(const wr_planes *target, const uint16_t *rgb, int32_t dither);
WR_API void wr_rgba_to_sprite(const uint8_t *rgba, int32_t width, int32_t height, uint8_t *y, uint8_t *u, uint8_t *v,
                              uint8_t *a, uint8_t *ca);
WR_API void wr_resample(const uint8_t *values, const uint8_t *alpha, int32_t width, int32_t height, uint8_t *out,
                        uint8_t *out_alpha, int32_t out_width, int32_t out_height, int32_t start_x, int32_t start_y,
                        int32_t step);

WR_API void wr_capsules(uint8_t *mask, int32_t width, int32_t height, const int32_t *capsules, int32_t count);
WR_API void wr_spans(uint8_t *mask, int32_t width, int32_t height, const int32_t *top, const int32_t *top_gain,
                     const int32_t *bottom, const int32_t *bottom_gain);
WR_API void wr_select(uint8_t *mask, const uint8_t *cells, int32_t width, int32_t height, const int32_t *split,
                      int32_t below);
WR_API void wr_fade(uint8_t *mask, int32_t width, int32_t height, const uint8_t *rows, const uint8_t *columns);
WR_API void wr_lookup(uint8_t *mask, const uint16_t *places, int32_t count, const uint8_t *table);
WR_API void wr_glow(uint8_t *mask, int32_t width, int32_t height, uint16_t *small, uint16_t *other, int32_t radius,
                    int32_t strength);

#endif
