namespace Esoz.Tests.Guards.Circle.Lower;

/// <summary>The other half: uses the first only through a constant, of which the compiled assembly contains only the value.</summary>
internal sealed class Called
{
    public static int Limit => Upper.Caller.Limit;
}
