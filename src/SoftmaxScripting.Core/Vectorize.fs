namespace SoftmaxScripting.Core

open System

/// <summary>
/// Functions of one example applied to many at once: the graph of one example becomes, op by op, the graph of a whole
/// leading axis. There is no loop over examples, and what does not depend on the example is computed once.
/// </summary>
[<AbstractClass; Sealed>]
type Vectorization private () =

    static let checkedCount (args: Tensor[]) (isMapped: bool[]) =
        let mapped = Array.zip args isMapped |> Array.filter snd |> Array.map fst

        if mapped.Length = 0 then
            raise (
                ShapeException(
                    "Vectorize",
                    "no argument has a leading axis of examples; at least one is needed"
                )
            )

        for x in mapped do
            if x.Rank = 0 then
                raise (ShapeException("Vectorize", "a scalar has no leading axis of examples"))

            if x.Shape[0] <> mapped[0].Shape[0] then
                raise (
                    ShapeException(
                        "Vectorize",
                        $"{mapped[0].Shape} and {x.Shape} have {mapped[0].Shape[0]} and {x.Shape[0]} examples on their leading axes; there must be as many"
                    )
                )

        mapped[0].Shape[0]

    /// <summary>
    /// The results of f for each entry of the leading axes, stacked on a new leading axis. Arguments that are not mapped
    /// are passed whole to every example. Random numbers drawn inside f are the same for every example.
    /// </summary>
    /// <exception cref="T:SoftmaxScripting.Core.ShapeException">
    /// Nothing is mapped, a mapped argument is a scalar, or the leading axes differ.
    /// </exception>
    /// <exception cref="T:SoftmaxScripting.Core.SoftmaxException">f asks for the value of an example (Item, a C# condition).</exception>
    static member Run(f: Func<Tensor[], Tensor[]>, args: Tensor[], isMapped: bool[]) : Tensor[] =
        if args.Length <> isMapped.Length then
            raise (
                ShapeException(
                    "Vectorize",
                    $"{args.Length} arguments and {isMapped.Length} answers to whether they are mapped"
                )
            )

        let count = checkedCount args isMapped

        Tracing.run (fun isNested ->
            let single (x: Tensor) =
                Expr.example "example" (Shapes.without x.Shape [| 0 |]) x.DType

            let inner =
                Array.map2 (fun (x: Tensor) m -> if m then single x else x.Expr) args isMapped

            let results = f.Invoke(inner |> Array.map Tensor)

            if isNull results || Array.exists isNull results then
                raise (
                    SoftmaxException "Vectorize: the function returned null instead of a tensor"
                )

            let examples =
                [| for i in 0 .. args.Length - 1 do
                       if isMapped[i] then
                           inner[i], args[i].Expr |]

            let batched = results |> Array.map (fun t -> t.Expr) |> Batching.run count examples

            if isNested then
                batched |> Array.map Tensor
            else
                Array.map2
                    (fun (e: Expr) value -> Tensor(Expr.data value e.Shape))
                    batched
                    (Evaluator.evaluate batched))

    /// <summary>
    /// The gradient of a loss of one example in each parameter, for every example: [examples, parameter's…]. `loss` takes
    /// the parameters and one entry of the leading axis of each tensor in `batch`.
    /// </summary>
    /// <exception cref="T:SoftmaxScripting.Core.ShapeException">The leading axes differ, or the loss is not one number.</exception>
    static member PerExampleGrad
        (loss: Func<Tensor[], Tensor[], Tensor>, parameters: Tensor[], batch: Tensor[])
        : Tensor[] =
        let n = parameters.Length

        Vectorization.Run(
            (fun args ->
                let struct (_, gradients) =
                    Differentiation.ValueAndGrad(
                        (fun p -> loss.Invoke(p, args[n..])),
                        args[.. n - 1]
                    )

                gradients),
            Array.append parameters batch,
            Array.init (n + batch.Length) (fun i -> i >= n)
        )
