namespace Esoz.Tests.Guards.Circle.Lower;

/// <summary>The other half: names the first by a constant, of which the compiled assembly has only the value.</summary>
internal sealed class Called
{
    public static int Limit => Upper.Caller.Limit;
}
