namespace SoftmaxScripting.Toolkit;

/// <summary>
/// A small counter-based generator: the state is a counter, the output a mix of its bits. Source: Steele, Lea and
/// Flood, "Fast splittable pseudorandom number generators", 2014.
/// </summary>
internal struct SplitMix64
{
    private const ulong GoldenGamma = 0x9E3779B97F4A7C15;

    private ulong _counter;

    /// <summary>
    /// The generator of one item: it depends on the three numbers alone, so items can be made in any order.
    /// </summary>
    public SplitMix64(ulong seed, ulong stream, ulong item) => _counter = Mix(Mix(Mix(seed) + stream) + item);

    /// <summary>The next 64 random bits.</summary>
    public ulong NextBits() => Mix(_counter += GoldenGamma);

    /// <summary>Uniform in [0, 1), a multiple of 2⁻²⁴.</summary>
    public float Next() => (NextBits() >> 40) * (1f / (1 << 24));

    /// <summary>Uniform between two numbers.</summary>
    public float Between(float low, float high) => low + (high - low) * Next();

    /// <summary>
    /// Bell-shaped around 0, within ±<paramref name="reach"/>, with standard deviation reach / 3: the mean of three
    /// uniforms.
    /// </summary>
    public float Around0(float reach) => reach * (2f / 3f * (Next() + Next() + Next()) - 1f);

    /// <summary>True with the given probability.</summary>
    public bool Chance(float probability) => Next() < probability;

    /// <summary>A whole number 0 .. count − 1.</summary>
    public int Below(int count) => (int)Math.BigMul(NextBits(), (ulong)count, out _);

    private static ulong Mix(ulong bits)
    {
        bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9;
        bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EB;
        return bits ^ (bits >> 31);
    }
}
