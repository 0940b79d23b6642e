namespace Esoz.Platform.Signatures.Dstu;

/// <summary>A point of a binary curve in affine coordinates, never the one at infinity.</summary>
internal readonly record struct CurvePoint(FieldElement X, FieldElement Y)
{
    public CurvePoint Negated() => new(X, X ^ Y);
}

/// <summary>A point in López–Dahab coordinates: x = X / Z, y = Y / Z²; Z = 0 is the point at infinity.</summary>
internal readonly record struct ProjectivePoint(FieldElement X, FieldElement Y, FieldElement Z)
{
    public static ProjectivePoint Infinity => new(FieldElement.One, default, default);

    public bool IsInfinity => Z.IsZero;

    public static ProjectivePoint Of(in CurvePoint point) => new(point.X, point.Y, FieldElement.One);
}
