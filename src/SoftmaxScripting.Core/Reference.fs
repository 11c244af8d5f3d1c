namespace SoftmaxScripting.Core

open System

/// Accurate float64 forms of functions that System.Math lacks.
module internal Reference =

    /// log(1 + x): the rounding of 1 + x is divided out (Goldberg 1991, theorem 4).
    let log1p x =
        let u = 1.0 + x

        if u = 1.0 then x
        elif Double.IsPositiveInfinity u then x
        else Math.Log u * x / (u - 1.0)

    /// exp(x) − 1: Taylor's series near 0, where the difference would cancel.
    let expm1 x =
        if abs x < 0.5 then
            let mutable term = x
            let mutable total = x
            let mutable n = 2.0

            while abs term > abs total * 1e-18 do
                term <- term * x / n
                total <- total + term
                n <- n + 1.0

            total
        else
            Math.Exp x - 1.0

    let sigmoid x =
        if x >= 0.0 then
            1.0 / (1.0 + Math.Exp -x)
        else
            let e = Math.Exp x
            e / (1.0 + e)

    let softplus x =
        if Double.IsNaN x then
            nan
        else
            max x 0.0 + log1p (Math.Exp -(abs x))

    /// The error function: the series 2/√π e^(−x²) Σ 2ⁿ x²ⁿ⁺¹ / (2n+1)!!, all of one sign, below 3, and beyond it
    /// 1 − erfc by its continued fraction (Abramowitz and Stegun 7.1.6, 7.1.14).
    let erf x =
        let a = abs x

        let value =
            if Double.IsNaN x then
                nan
            elif a < 3.0 then
                let mutable term = a
                let mutable total = a
                let mutable n = 1.0

                while term > total * 1e-18 do
                    term <- term * 2.0 * a * a / (2.0 * n + 1.0)
                    total <- total + term
                    n <- n + 1.0

                2.0 / Math.Sqrt Math.PI * Math.Exp(-a * a) * total
            elif a > 6.0 then
                1.0
            else
                let mutable tail = a

                for k in 60..-1..1 do
                    tail <- a + float k / 2.0 / tail

                1.0 - Math.Exp(-a * a) / (Math.Sqrt Math.PI * tail)

        Math.CopySign(value, x)
