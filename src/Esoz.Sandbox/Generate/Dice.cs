using System.Buffers.Binary;

namespace Esoz.Sandbox.Generate;

/// <summary>Kind of generated data; each draws its own random numbers, so a change in one does not affect the others.</summary>
internal enum Kind
{
    LegalEntity = 1,
    Licence,
    Division,
    DivisionAddress,
    Party,
    Employee,
    HealthcareService,
    EmployeeRole,
    Contract,
    ContractDivision,
    ContractEmployee,
    Declaration,
    Person,
    Settlement,
    Papers,
}

/// <summary>
/// Repeatable random numbers: those of row <c>index</c> depend only on seed, kind and index, so any row can be regenerated without its
/// predecessors. SplitMix64; suitable for data, not for secrets.
/// </summary>
internal struct Dice
{
    private const ulong Golden = 0x9E3779B97F4A7C15;

    private ulong _state;

    public Dice(int seed, Kind kind, long index) => _state = Mix(Mix(((ulong)(uint)seed << 8) + (ulong)kind) + ((ulong)index * Golden));

    /// <summary>A whole number from 0 to <paramref name="end"/>, exclusive.</summary>
    public int Next(int end) => (int)Math.BigMul(NextBits(), (ulong)end, out _);

    public long NextLong(long end) => (long)Math.BigMul(NextBits(), (ulong)end, out _);

    /// <summary>True with that probability.</summary>
    public bool Percent(int percent) => Next(100) < percent;

    public T Pick<T>(T[] values) => values[Next(values.Length)];

    /// <summary>Id of a row, formatted as a version 4 UUID.</summary>
    public static Guid Id(int seed, Kind kind, long index)
    {
        var dice = new Dice(seed, kind, index);
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, dice.NextBits());
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], dice.NextBits());
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }

    private ulong NextBits() => Mix(_state += Golden);

    private static ulong Mix(ulong bits)
    {
        bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9;
        bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EB;
        return bits ^ (bits >> 31);
    }
}
