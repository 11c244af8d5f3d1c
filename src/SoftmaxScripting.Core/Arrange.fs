namespace SoftmaxScripting.Core

open Pattern

/// Rewrites that shorten what happens to whole tensors: sums of what does not vary, functions of repeated elements,
/// indexing, transposes and casts.
module internal Arrange =

    let private rule = Simplify.rule
    let private matrix = Simplify.matrix
    let private x = Simplify.x
    let private num = Simplify.num

    let private count (shape: Shape) (axes: int[]) =
        axes |> Array.fold (fun n a -> n * float shape[a]) 1.0

    let rules: Rewrite[] =
        [| rule
               "Σ c · x → c · Σ x"
               "one multiplication after the sum"
               x
               (fun a -> Build.sum [| 1 |] (Build.mul (num a[0] 3.0) a[0]))
               (fun e ->
                   match e with
                   | Sum(axes, Num c) -> ValueSome(num e (c * count e.Args[0].Shape axes))
                   | Sum(axes, Mul(Num c, u)) ->
                       let total = Build.sum axes u
                       ValueSome(Build.mul (num total c) total)
                   | Sum(axes, Div(u, Num c)) ->
                       let total = Build.sum axes u
                       ValueSome(Build.div total (num total c))
                   | _ -> ValueNone)
           rule
               "Σ of what does not vary → n · x"
               "no sum is needed"
               [ ("x", [ 3; 1 ], (-3.0, 3.0)) ]
               (fun a -> Build.sum [| 1 |] (Build.broadcastTo "example" (Shape.Of(3, 5)) a[0]))
               (fun e ->
                   match e with
                   | Sum(axes, Broadcast u) ->
                       let repeated = axes |> Array.filter (fun a -> u.Shape[a] = 1)
                       let others = axes |> Array.filter (fun a -> u.Shape[a] <> 1)

                       if repeated.Length = 0 then
                           ValueNone
                       else
                           let rest = Build.sum others u
                           let total = Build.mul (num rest (count e.Args[0].Shape repeated)) rest
                           ValueSome(Build.broadcastTo "Sum" e.Shape total)
                   | Sum(axes, Sum(inner, u)) ->
                       ValueSome(Build.sum (Array.sort (Array.append axes inner)) u)
                   | _ -> ValueNone)
           rule
               "Σ onehot(y) → 1"
               "each row holds one 1"
               [ matrix "x" ]
               (fun a ->
                   let labels =
                       Expr.data (Storage.OfDoubles(DType.Int32, [| 0.0; 4.0; 2.0 |])) (Shape.Of 3)

                   Build.mul a[0] (Build.sum [| 1 |] (Build.oneHot a[0].DType 5 labels)))
               (fun e ->
                   match e with
                   | Sum(axes, hot) when
                       hot.Op = Op.OneHot && Array.contains (hot.Shape.Rank - 1) axes
                       ->
                       let others = axes |> Array.filter (fun a -> a <> hot.Shape.Rank - 1)
                       ValueSome(num e (count hot.Shape others))
                   | _ -> ValueNone)
           rule
               "f(repeat x) → repeat f(x)"
               "the function is computed once per distinct element"
               [ ("x", [ 3; 1 ], (-3.0, 3.0)) ]
               (fun a -> Build.exp (Build.broadcastTo "example" (Shape.Of(3, 5)) a[0]))
               (fun e ->
                   let spread (u: Expr) =
                       ValueSome(Build.broadcastTo "Broadcast" e.Shape u)

                   match e.Op, e.Args with
                   | Op.Unary op, [| Broadcast u |] -> spread (Build.unary op u)
                   | Op.Binary op, [| Broadcast u; Num c |] -> spread (Build.binary op u (num u c))
                   | Op.Binary op, [| Num c; Broadcast u |] -> spread (Build.binary op (num u c) u)
                   | Op.Binary op, [| Broadcast u; Broadcast v |] when u.Shape.Equals v.Shape ->
                       spread (Build.binary op u v)
                   | Op.Broadcast, [| Broadcast u |] -> spread u
                   | _ -> ValueNone)
           rule
               "(x − repeat y) at an index → x at the index − y"
               "only the chosen elements are computed"
               [ matrix "x"; ("y", [ 3; 1 ], (-3.0, 3.0)) ]
               (fun a ->
                   let labels =
                       Expr.data (Storage.OfDoubles(DType.Int32, [| 0.0; 4.0; 2.0 |])) (Shape.Of 3)

                   Build.pick 1 (Build.sub a[0] a[1]) labels)
               (fun e ->
                   match e.Op with
                   | Op.Pick axis ->
                       let index = e.Args[1]

                       let chosen (u: Expr) =
                           match u with
                           | Num c -> Expr.constant u.DType e.Shape c
                           | Broadcast v when v.Shape[axis] = 1 ->
                               let dims = e.Args[0].Shape.ToArray()
                               dims[axis] <- 1
                               Build.reshape e.Shape (Build.broadcastTo "Pick" (Shape.Of dims) v)
                           | _ -> Build.pick axis u index

                       /// The same for every index, so that nothing need be picked.
                       let isRepeated (u: Expr) =
                           match u with
                           | Broadcast v -> v.Shape[axis] = 1
                           | _ -> false

                       match e.Args[0] with
                       | Sub(a, b) when isRepeated a || isRepeated b ->
                           ValueSome(Build.sub (chosen a) (chosen b))
                       | Add(a, b) when isRepeated a || isRepeated b ->
                           ValueSome(Build.add (chosen a) (chosen b))
                       | Neg u -> ValueSome(Build.neg (chosen u))
                       | Mul((Num _ as c), u) -> ValueSome(Build.mul (chosen c) (chosen u))
                       | _ -> ValueNone
                   | _ -> ValueNone)
           rule
               "transposes"
               "a transposed factor is read in place by the product"
               [ ("a", [ 5; 3 ], (-3.0, 3.0)); ("b", [ 5; 2 ], (-3.0, 3.0)) ]
               (fun a -> Build.matMul false false (Build.transpose a[0]) a[1])
               (fun e ->
                   let turned (u: Expr) =
                       match u with
                       | Permute(order, v) ->
                           let r = order.Length

                           let isTranspose =
                               r >= 2
                               && order
                                  |> Array.indexed
                                  |> Array.forall (fun (i, a) ->
                                      a =
                                          (if i = r - 1 then r - 2
                                           elif i = r - 2 then r - 1
                                           else i))

                           if isTranspose then ValueSome v else ValueNone
                       | _ -> ValueNone

                   match e.Op with
                   | Op.MatMul(left, right) ->
                       match turned e.Args[0], turned e.Args[1] with
                       | ValueSome a, _ -> ValueSome(Build.matMul (not left) right a e.Args[1])
                       | _, ValueSome b -> ValueSome(Build.matMul left (not right) e.Args[0] b)
                       | _ -> ValueNone
                   | Op.Permute outer ->
                       match e.Args[0] with
                       | Permute(inner, u) ->
                           ValueSome(Build.permute (outer |> Array.map (fun a -> inner[a])) u)
                       | _ -> ValueNone
                   | _ -> ValueNone)
           rule
               "casts"
               "exact conversions meet"
               x
               (fun a ->
                   Build.cast
                       DType.Float32
                       (Build.cast DType.Float64 (Build.cast DType.Float32 a[0])))
               (fun e ->
                   match e.Op with
                   | Op.Cast ->
                       let inner = e.Args[0]

                       match inner.Op with
                       // Widening and back changes nothing.
                       | Op.Cast when
                           inner.Args[0].DType = e.DType && e.DType.Bytes < inner.DType.Bytes
                           ->
                           ValueSome inner.Args[0]
                       | _ -> ValueNone
                   | _ -> ValueNone) |]
