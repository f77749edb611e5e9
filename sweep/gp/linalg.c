// SPDX-License-Identifier: GPL-3.0-or-later
// OpenBLAS by the interfaces of BLAS and LAPACK.
#include "sweep/gp/linalg.h"

#include <assert.h>
#include <cblas.h>
#include <f77blas.h>
#include <math.h>

static char lower[] = "L", plain[] = "N"; // plain: the diagonal is stored

bool wn_cholesky(double *a, size_t n) {
    blasint size = (blasint)n, info;
    BLASFUNC(dpotrf)(lower, &size, a, &size, &info);
    return info == 0;
}

// By halves, as OpenBLAS inverts a triangle of this size column by column, which is slow:
// the inverse of (A 0; B C) is (A^-1 0; -C^-1 B A^-1 C^-1).
static void invert_triangle(double *a, size_t n, size_t stride) {
    enum { SMALL = 32 };
    blasint size = (blasint)n, lead = (blasint)stride, half = size / 2, rest = size - half, info;
    double *b = a + half, *c = b + (size_t)half * stride;
    if (n <= SMALL) {
        BLASFUNC(dtrtri)(lower, plain, &size, a, &lead, &info);
        assert(info == 0); // a factor's diagonal is positive
        return;
    }
    cblas_dtrsm(CblasColMajor, CblasRight, CblasLower, CblasNoTrans, CblasNonUnit, rest, half, -1,
                a, lead, b, lead);
    cblas_dtrsm(CblasColMajor, CblasLeft, CblasLower, CblasNoTrans, CblasNonUnit, rest, half, 1, c,
                lead, b, lead);
    invert_triangle(a, (size_t)half, stride);
    invert_triangle(c, (size_t)rest, stride);
}

void wn_cholesky_inverse(double *factor, size_t n) {
    blasint size = (blasint)n, info;
    invert_triangle(factor, n, n);
    BLASFUNC(dlauum)(lower, &size, factor, &size, &info);
}

double wn_cholesky_log_determinant(const double *factor, size_t n) {
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += log(factor[i * n + i]);
    return 2 * sum;
}

static void solve(const double *factor, size_t n, double *b, size_t columns,
                  enum CBLAS_TRANSPOSE transpose) {
    blasint size = (blasint)n;
    if (columns == 1)
        cblas_dtrsv(CblasColMajor, CblasLower, transpose, CblasNonUnit, size, factor, size, b, 1);
    else
        cblas_dtrsm(CblasColMajor, CblasLeft, CblasLower, transpose, CblasNonUnit, size,
                    (blasint)columns, 1, factor, size, b, size);
}

void wn_solve_lower(const double *factor, size_t n, double *b, size_t columns) {
    solve(factor, n, b, columns, CblasNoTrans);
}

void wn_solve_lower_transposed(const double *factor, size_t n, double *b, size_t columns) {
    solve(factor, n, b, columns, CblasTrans);
}

void wn_multiply_lower(const double *factor, size_t n, double *b, size_t columns) {
    cblas_dtrmm(CblasColMajor, CblasLeft, CblasLower, CblasNoTrans, CblasNonUnit, (blasint)n,
                (blasint)columns, 1, factor, (blasint)n, b, (blasint)n);
}

void wn_multiply_transposed(const double *a, const double *b, size_t rows, size_t a_columns,
                            size_t b_columns, double *out) {
    cblas_dgemm(CblasColMajor, CblasTrans, CblasNoTrans, (blasint)a_columns, (blasint)b_columns,
                (blasint)rows, 1, a, (blasint)rows, b, (blasint)rows, 0, out, (blasint)a_columns);
}

void wn_multiply_symmetric(const double *a, size_t n, const double *b, size_t columns,
                           double *out) {
    cblas_dsymm(CblasColMajor, CblasLeft, CblasLower, (blasint)n, (blasint)columns, 1, a,
                (blasint)n, b, (blasint)n, 0, out, (blasint)n);
}

double wn_dot(const double *a, const double *b, size_t n) {
    return cblas_ddot((blasint)n, a, 1, b, 1);
}
