using System.Diagnostics.CodeAnalysis;

namespace Esoz.Platform.Metrics;

/// <summary>Tags of one series. Looked up by the span that a measurement brings, so that only a new series allocates.</summary>
internal sealed class Tags(ReadOnlySpan<KeyValuePair<string, object?>> tags)
{
    public KeyValuePair<string, object?>[] All { get; } = tags.ToArray();
}

/// <summary>Equal tags in equal order are one series.</summary>
internal sealed class TagsComparer : IEqualityComparer<Tags>, IAlternateEqualityComparer<ReadOnlySpan<KeyValuePair<string, object?>>, Tags>
{
    public Tags Create(ReadOnlySpan<KeyValuePair<string, object?>> alternate) => new(alternate);

    public bool Equals(Tags? x, Tags? y) => ReferenceEquals(x, y) || (x is not null && y is not null && Equals(x.All, y));

    public bool Equals(ReadOnlySpan<KeyValuePair<string, object?>> alternate, Tags other)
    {
        if (alternate.Length != other.All.Length)
            return false;
        for (var i = 0; i < alternate.Length; i++)
        {
            if (alternate[i].Key != other.All[i].Key || !Equals(alternate[i].Value, other.All[i].Value))
                return false;
        }
        return true;
    }

    public int GetHashCode([DisallowNull] Tags obj) => GetHashCode(obj.All);

    public int GetHashCode(ReadOnlySpan<KeyValuePair<string, object?>> alternate)
    {
        var hash = new HashCode();
        foreach (var (name, value) in alternate)
        {
            hash.Add(name);
            hash.Add(value);
        }
        return hash.ToHashCode();
    }
}

/// <summary>A number that many threads add to; for a histogram the sum of what was measured, with a count for each bucket.</summary>
/// <param name="buckets">Count of bounds and one more for what exceeds them; 0 when this is no histogram.</param>
internal sealed class Series(int buckets)
{
    private double _sum;

    public long[] Buckets { get; } = new long[buckets];

    public double Sum => Volatile.Read(ref _sum);

    public void Set(double value) => Volatile.Write(ref _sum, value);

    public void Add(double value)
    {
        double seen, wanted;
        do
        {
            seen = Volatile.Read(ref _sum);
            wanted = seen + value;
        }
        while (Interlocked.CompareExchange(ref _sum, wanted, seen) != seen);
    }
}
