using Esoz.Tests.Guards.Circle.Lower;

namespace Esoz.Tests.Guards.Circle.Upper;

/// <summary>Half of a cycle, as a test case of the guard: uses the other half in a method only.</summary>
internal static class Caller
{
    public const int Limit = 5;

    public static object Call() => new List<Called[]>();
}
