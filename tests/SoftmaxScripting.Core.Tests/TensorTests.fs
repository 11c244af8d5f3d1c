/// Tensors as values: creation, dtypes, indexing, and the same bits whatever the threads.
module SoftmaxScripting.Core.Tests.TensorTests

open System
open SoftmaxScripting.Core
open SoftmaxScripting.Kernels
open Xunit

let private number (value: float) = Tensor.op_Implicit value

let private near expected (actual: Tensor) =
    Near.tensor "" 1e-6 1e-6 expected actual

[<Fact>]
let ``creation`` () =
    near [| 0.0; 0.0 |] (Tensor.Zeros 2)
    near [| 1.0; 1.0 |] (Tensor.Ones 2)
    near [| 1.0; 0.0; 0.0; 1.0 |] (Tensor.Eye 2)
    near [| 1.0; 1.5; 2.0; 2.5 |] (Tensor.Arange(1.0, 3.0, 0.5))
    near [| 3.0; 2.0 |] (Tensor.Arange(3.0, 1.0, -1.0))
    Assert.Equal(0, Tensor.Arange(1.0, 1.0).Size)
    near [| 0.0; 0.5; 1.0 |] (Tensor.Linspace(0.0, 1.0, 3))
    near [| 0.0; 1.0; 1.0; 0.0 |] (Tensor.OneHot(Tensor.Of [| 1; 0 |], 2))
    near [| 1.0; 2.0; 3.0; 4.0 |] (Tensor.Of(array2D [ [ 1.0; 2.0 ]; [ 3.0; 4.0 ] ]))
    Assert.Equal(Shape.Of(2, 2), Tensor.Of(array2D [ [ 1.0f; 2.0f ]; [ 3.0f; 4.0f ] ]).Shape)
    Assert.Equal<int>([| 1; 2 |], Tensor.Of([| 1.9; 2.1 |]).ToInts())
    let bytes = Tensor.OfBytes(Memory [| 0uy; 128uy; 255uy; 7uy |], 2, 2)
    near [| 0.0; 128.0; 255.0; 7.0 |] bytes
    Assert.Equal(DType.Float32, (bytes * number 2.0).DType)
    near [| 0.0; 256.0; 510.0; 14.0 |] (bytes * number 2.0)

[<Fact>]
let ``an array given to Of may change afterwards`` () =
    let values = [| 1.0; 2.0 |]
    let x = Tensor.Of values
    values[0] <- 9.0
    near [| 1.0; 2.0 |] x
    let read = x.ToDoubles()
    read[0] <- 9.0
    near [| 1.0; 2.0 |] x

[<Fact>]
let ``number literals take the dtype of the tensor they meet`` () =
    for dtype in [ DType.Float32; DType.Float64 ] do
        let x = (Tensor.Of [| 0.1; 0.2 |]).To dtype
        Assert.Equal(dtype, (number 0.5 * x).DType)
        Assert.Equal(dtype, (x - number 0.5).DType)
        Assert.Equal(dtype, Tensor.Where(x, x, number 0.0).DType)
        Assert.Equal(dtype, (x.Pow(number 2.0)).DType)
        Assert.Equal(dtype, (x.Mean() + number 1.0).DType)

    // And in its precision, not rounded to float32 first.
    Assert.Equal(0.1 + 0.2, (Tensor.Of([| 0.1 |]) + number 0.2).Item())
    Assert.Equal(DType.Float64, (Tensor.Of([| 0.1 |]) + Tensor.Of([| 0.1f |])).DType)

[<Fact>]
let ``indexing and ranges`` () =
    let x = Tensor.Of(Array.init 12 float).Reshape(3, 4)
    near [| 4.0; 5.0; 6.0; 7.0 |] (x.At 1)
    near [| 8.0; 9.0; 10.0; 11.0 |] (x.At -1)
    Assert.Equal(6.0, x.At(1, 2).Item())
    near [| 4.0; 5.0; 6.0; 7.0; 8.0; 9.0; 10.0; 11.0 |] (x.At(Range.StartAt(Index 1)))
    near [| 5.0; 6.0; 9.0; 10.0 |] (x.At(Range.StartAt(Index 1), Range(Index 1, Index(1, true))))
    near [| 2.0; 6.0; 10.0 |] (x.At(Range.All, 2))
    near [| 5.0; 6.0 |] (x.At(1, Range(Index 1, Index 3)))
    Assert.Equal(Shape.Of(0, 4), x.At(Range(Index 1, Index 1)).Shape)

[<Fact>]
let ``arrangement`` () =
    let x = Tensor.Of(Array.init 6 float).Reshape(2, 3)
    Assert.Equal(Shape.Of(3, 2), x.Reshape(-1, 2).Shape)
    near [| 0.0; 3.0; 1.0; 4.0; 2.0; 5.0 |] x.T
    Assert.Equal(Shape.Of(2, 12), Tensor.Zeros(2, 3, 4).Flatten().Shape)
    Assert.Equal(Shape.Of 1, (number 2.0).Flatten().Shape)
    Assert.Equal(Shape.Of(0, 12), Tensor.Zeros(0, 3, 4).Flatten().Shape)
    Assert.Equal(Shape.Of(2, 2, 3), Tensor.Stack([| x; x |]).Shape)
    Assert.Equal(Shape.Of(2, 3, 2), Tensor.Stack([| x; x |], -1).Shape)
    Assert.Equal(Shape.Of(4, 3), Tensor.Concat([| x; x |]).Shape)
    Assert.Equal(Shape.Of(2, 6), Tensor.Concat([| x; x |], -1).Shape)
    Assert.Equal(14.0, Tensor.Of([| 1.0; 2.0; 3.0 |]).Dot(Tensor.Of [| 1.0; 2.0; 3.0 |]).Item())
    Assert.Equal(5.0, Tensor.Of(array2D [ [ 1.0; 2.0 ]; [ 3.0; 4.0 ] ]).Trace().Item())

[<Fact>]
let ``products of vectors, matrices and batches`` () =
    let v, w = Tensor.Of [| 1.0; 2.0 |], Tensor.Of [| 3.0; 4.0 |]
    let m = Tensor.Of(array2D [ [ 1.0; 2.0 ]; [ 3.0; 4.0 ] ])
    Assert.Equal(11.0, v.MatMul(w).Item())
    near [| 5.0; 11.0 |] (m.MatMul v)
    near [| 7.0; 10.0 |] (v.MatMul m)
    Assert.Equal(Shape.Of(5, 2), Tensor.Zeros(5, 2, 2).MatMul(v.ToFloat()).Shape)

[<Fact>]
let ``statistics`` () =
    let values = [| 1.0; 2.0; 4.0; 9.0 |]
    let x = Tensor.Of values
    let mean = Array.average values
    let squares = values |> Array.sumBy (fun v -> (v - mean) * (v - mean))
    Assert.Equal(mean, x.Mean().Item())
    Near.number "variance" 1e-14 1e-14 (squares / 3.0) (x.Variance().Item())
    Near.number "of the population" 1e-14 1e-14 (squares / 4.0) (x.Variance(0).Item())
    Near.number "norm" 1e-14 1e-14 (sqrt 102.0) (x.Norm().Item())
    Assert.Equal(9.0, x.Max().Item())
    Assert.Equal(1.0, x.Min().Item())
    Assert.True(Double.IsNaN(Tensor.Zeros(0).Mean().Item()))
    let m = x.Reshape(2, 2)
    near [| 2.5; 5.5 |] (m.Mean 0)
    Assert.Equal(Shape.Of(2, 1), m.Sum(1, true).Shape)
    Assert.Equal(Shape.Of(), m.Sum([| 0; 1 |]).Shape)

/// Runs something with 1, 2, 3 and 8 threads and compares the bits.
let private sameBits label (run: unit -> float[]) =
    let before = ThreadTeam.Threads

    try
        ThreadTeam.Threads <- 1
        let expected = run ()

        for threads in [ 2; 3; 8 ] do
            ThreadTeam.Threads <- threads
            Near.sameBits $"{label} with {threads} threads" expected (run ())
    finally
        ThreadTeam.Threads <- before

[<Fact>]
let ``large reductions and products have the same bits with any number of threads`` () =
    for dtype in [ DType.Float32; DType.Float64 ] do
        let x = (Tensor.Of(Values.fill 1 -1.0 1.0 600_000)).To dtype
        sameBits $"sum {dtype}" (fun () -> x.Sum().ToDoubles())
        sameBits $"max {dtype}" (fun () -> x.Max().ToDoubles())
        sameBits $"columns {dtype}" (fun () -> x.Reshape(60_000, 10).Sum(0).ToDoubles())
        sameBits $"rows {dtype}" (fun () -> x.Reshape(10, 60_000).Sum(1).ToDoubles())
        sameBits $"middle {dtype}" (fun () -> x.Reshape(30, 2000, 10).Sum(1).ToDoubles())
        sameBits $"lse {dtype}" (fun () -> x.LogSumExp().ToDoubles())
        sameBits $"softmax {dtype}" (fun () -> x.Reshape(6000, 100).Softmax().ToDoubles())
        let a = x.Reshape(600, 1000)
        sameBits $"product {dtype}" (fun () -> a.MatMul(a.T).ToDoubles())

        sameBits $"thin product {dtype}" (fun () ->
            a.T.MatMul(a.At(Range.All, Range(Index 0, Index 10))).ToDoubles())

        sameBits $"gradient {dtype}" (fun () ->
            Differentiation
                .Gradient(
                    (fun x -> ((x * x).Exp().Sum(0) * x.Mean()).Sum()),
                    x.Reshape(60_000, 10)
                )
                .ToDoubles())

    sameBits "normal numbers" (fun () ->
        RandomSource.Reset 7UL
        Tensor.Normal(200, 1000).ToDoubles())

[<Fact>]
let ``the same seed gives the same streams, another seed others`` () =
    let draw seed =
        RandomSource.Reset seed
        let first = Tensor.Uniform(100).ToDoubles()
        first, Tensor.Uniform(100).ToDoubles()

    let a, a2 = draw 1UL
    let b, b2 = draw 1UL
    let c, _ = draw 2UL
    Near.sameBits "first stream" a b
    Near.sameBits "second stream" a2 b2
    Assert.NotEqual<float[]>(a, a2)
    Assert.NotEqual<float[]>(a, c)
    RandomSource.Reset 1UL
    RandomSource.Stream <- 1L
    Near.sameBits "continued" a2 (Tensor.Uniform(100).ToDoubles())

[<Fact>]
let ``random numbers have the moments of their distributions`` () =
    RandomSource.Reset 11UL
    let n = 200_000
    let u = Tensor.Uniform(n).ToDoubles()
    Assert.All(u, fun v -> Assert.True(v >= 0.0 && v < 1.0))
    let deviation = 6.0 / sqrt (float n)
    Near.number "mean" deviation 0.0 0.5 (Array.average u)

    Near.number
        "variance"
        deviation
        0.0
        (1.0 / 12.0)
        (u |> Array.averageBy (fun v -> (v - 0.5) * (v - 0.5)))

    let z = Tensor.Normal(n).ToDoubles()
    Near.number "mean of normal" deviation 0.0 0.0 (Array.average z)

    Near.number
        "variance of normal"
        (2.0 * deviation)
        0.0
        1.0
        (z |> Array.averageBy (fun v -> v * v))

    Near.number
        "fourth moment of normal"
        (12.0 * deviation)
        0.0
        3.0
        (z |> Array.averageBy (fun v -> pown v 4))

    // Φ at a few points.
    for x in [ -2.0; -1.0; 0.0; 0.5; 1.5 ] do
        let share = z |> Array.averageBy (fun v -> if v <= x then 1.0 else 0.0)
        Near.number $"Φ({x})" deviation 0.0 (0.5 * (1.0 + Reference.erf (x / sqrt 2.0))) share

[<Fact>]
let ``text shows values, shape and dtype`` () =
    let text = Tensor.Of([| 1.0f; Single.NaN; Single.PositiveInfinity |]).ToString()
    Assert.Contains("NaN", text)
    Assert.Contains("∞", text)
    Assert.Contains("[3] float32", text)
    Assert.True(Tensor.Zeros(1000, 1000).ToString().Length < 2000)
    Assert.Contains("[0, 3]", Tensor.Zeros(0, 3).ToString())
