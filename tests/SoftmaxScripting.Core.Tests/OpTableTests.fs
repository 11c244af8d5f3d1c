/// Every row of the op table: derivatives against differences, kernels against references.
module SoftmaxScripting.Core.Tests.OpTableTests

open System
open SoftmaxScripting.Core
open Xunit

/// Numbers of a domain that keep clear of its kinks.
let private sample seed (domain: Domain) count =
    let random = Random(seed: int)

    Array.init count (fun _ ->
        let draw () =
            domain.Low + (domain.High - domain.Low) * random.NextDouble()

        let mutable x = draw ()

        while domain.Kinks |> List.exists (fun k -> abs (x - k) < 0.01) do
            x <- draw ()

        x)

[<Fact>]
let ``first and second derivatives of every unary op agree with differences`` () =
    for row in OpTable.unaries.Value do
        Graph.checkDerivatives
            row.Name
            1e-6
            [ Graph.double [ 25 ] (sample 1 row.Domain 25) ]
            (fun a -> Build.unary row.Op a[0])

[<Fact>]
let ``first and second derivatives of every binary op agree with differences`` () =
    for row in OpTable.binaries.Value do
        let a, b = sample 1 row.Left 25, sample 2 row.Right 25

        for i in 0..24 do
            if row.KinkAtTie && abs (a[i] - b[i]) < 0.01 then
                a[i] <- a[i] + 0.1

        Graph.checkDerivatives
            row.Name
            1e-6
            [ Graph.double [ 25 ] a; Graph.double [ 25 ] b ]
            (fun x -> Build.binary row.Op x[0] x[1])

[<Fact>]
let ``every row has a name, a formula and a domain of its own`` () =
    let names =
        Array.append
            (OpTable.unaries.Value |> Array.map (fun r -> r.Name))
            (OpTable.binaries.Value |> Array.map (fun r -> r.Name))

    Assert.Equal(names.Length, (Array.distinct names).Length)

    for row in OpTable.unaries.Value do
        Assert.False(String.IsNullOrWhiteSpace row.Text || String.IsNullOrWhiteSpace row.Latex)
        Assert.True(row.Domain.Low < row.Domain.High, row.Name)

    for row in OpTable.binaries.Value do
        Assert.False(String.IsNullOrWhiteSpace row.Text || String.IsNullOrWhiteSpace row.Latex)

/// The reference's value as float32 would hold it, for an argument that float32 holds exactly.
let private rounded (x: float) = float (float32 x)

/// Values at which the two sides of an op are compared: what rounding an argument to the dtype leaves.
let private argumentsIn dtype (values: float[]) =
    if dtype = DType.Float32 then
        values |> Array.map rounded
    else
        values

/// float32's smallest normal number; below it results may be flushed or rounded coarsely.
let private tiny dtype =
    if dtype = DType.Float32 then 1.2e-38 else 2.3e-308

let private tolerance dtype =
    if dtype = DType.Float32 then 1e-6 else 1e-14

let private agree label dtype (expected: float[]) (actual: float[]) =
    let expected = argumentsIn dtype expected
    Near.arrays label (tiny dtype) (tolerance dtype) expected actual

let private dtypes = [ DType.Float32; DType.Float64 ]

/// Absolute errors near the zeros of sine, cosine and of logarithms, where relative ones mean nothing.
let private absolute dtype =
    if dtype = DType.Float32 then 2e-7 else 1e-15

[<Fact>]
let ``unary kernels agree with the references for every length and its tail`` () =
    for row in OpTable.unaries.Value do
        for dtype in dtypes do
            for n in Values.lengths do
                let x = argumentsIn dtype (sample n row.Domain n)
                let actual = Graph.plan (Build.unary row.Op (Graph.data dtype [ n ] x))

                Near.arrays
                    $"{row.Name} {dtype} of {n}"
                    (absolute dtype)
                    (tolerance dtype)
                    (x |> Array.map row.Reference)
                    actual

[<Fact>]
let ``binary kernels agree with the references for every length and its tail`` () =
    for row in OpTable.binaries.Value do
        for dtype in dtypes do
            for n in Values.lengths do
                let a = argumentsIn dtype (sample n row.Left n)
                let b = argumentsIn dtype (sample (n + 100) row.Right n)

                let actual =
                    Graph.plan (
                        Build.binary row.Op (Graph.data dtype [ n ] a) (Graph.data dtype [ n ] b)
                    )

                Near.arrays
                    $"{row.Name} {dtype} of {n}"
                    (absolute dtype)
                    (tolerance dtype)
                    (Array.map2 row.Reference a b)
                    actual

/// Arguments at which sine and cosine need no exact reduction by multiples of π.
let private meaningful (op: Unary) (x: float) =
    match op with
    | Unary.Sin
    | Unary.Cos -> not (abs x > 1e4 && Double.IsFinite x)
    | _ -> true

[<Fact>]
let ``unary kernels agree with the references at special values`` () =
    for row in OpTable.unaries.Value do
        for dtype in dtypes do
            let x = argumentsIn dtype Values.specials |> Array.filter (meaningful row.Op)
            let actual = Graph.plan (Build.unary row.Op (Graph.data dtype [ x.Length ] x))

            // −∞ becomes the lowest number of the dtype at hand.
            let expected =
                x
                |> Array.map (fun v ->
                    if row.Op = Unary.Lift && Double.IsNegativeInfinity v then
                        (if dtype = DType.Float32 then
                             float Single.MinValue
                         else
                             Double.MinValue)
                    else
                        row.Reference v)

            for i in 0 .. x.Length - 1 do
                agree $"{row.Name}({x[i]:R}) {dtype}" dtype [| expected[i] |] [| actual[i] |]

[<Fact>]
let ``binary kernels agree with the references at pairs of special values`` () =
    for row in OpTable.binaries.Value do
        for dtype in dtypes do
            let s = argumentsIn dtype Values.specials
            let a, b = Array.allPairs s s |> Array.unzip

            let actual =
                Graph.plan (
                    Build.binary
                        row.Op
                        (Graph.data dtype [ a.Length ] a)
                        (Graph.data dtype [ b.Length ] b)
                )

            for i in 0 .. a.Length - 1 do
                // The power of float32 is taken in float32, where huge exponents of numbers near 1 lose digits.
                if not (row.Op = Binary.Pow && abs b[i] > 100.0 && Double.IsFinite b[i]) then
                    agree
                        $"{row.Name}({a[i]:R}, {b[i]:R}) {dtype}"
                        dtype
                        [| row.Reference a[i] b[i] |]
                        [| actual[i] |]

[<Fact>]
let ``zeros keep their sign through negation, sums and products`` () =
    let zeros = [| 0.0; -0.0 |]

    for dtype in dtypes do
        let bits label expected (e: Expr) =
            Near.sameBits label expected (Graph.plan e)

        let z = Graph.data dtype [ 2 ] zeros
        bits "neg" [| -0.0; 0.0 |] (Build.neg z)
        bits "mul" [| -0.0; 0.0 |] (Build.mul z (Graph.data dtype [ 2 ] [| -1.0; -1.0 |]))
        bits "abs" [| 0.0; 0.0 |] (Build.unary Unary.Abs z)

[<Fact>]
let ``the error function keeps its digits on both sides of every branch`` () =
    // ∫ by Simpson's rule with many panels: an independent definition.
    let simpson x =
        let n = 2000
        let h = x / float n
        let f t = exp (-t * t)

        let inner =
            Seq.sum (
                seq { for i in 1 .. n - 1 -> (if i % 2 = 0 then 2.0 else 4.0) * f (float i * h) }
            )

        2.0 / sqrt Math.PI * (f 0.0 + inner + f x) * h / 3.0

    for x in [ -4.0; -2.999; -1.0; 0.1; 0.7; 2.9999; 3.0001; 4.5 ] do
        Near.number $"erf {x}" 1e-13 0.0 (simpson x) (Reference.erf x)
