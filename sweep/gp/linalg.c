// SPDX-License-Identifier: GPL-3.0-or-later
// OpenBLAS by the interfaces of BLAS and LAPACK.
#include "sweep/gp/linalg.h"

#include <assert.h>
#include <cblas.h>
#include <f77blas.h>
#include <math.h>

static char lower[] = "L";

bool wn_cholesky(double *a, size_t n) {
    blasint size = (blasint)n, info;
    BLASFUNC(dpotrf)(lower, &size, a, &size, &info);
    return info == 0;
}

void wn_cholesky_inverse(double *factor, size_t n) {
    blasint size = (blasint)n, info;
    BLASFUNC(dpotri)(lower, &size, factor, &size, &info);
    assert(info == 0); // a factor's diagonal is positive
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
