namespace Esoz.LegalEntities;

/// <summary>
/// Licence (ліцензія) of a legal entity (data-model §2.2), as returned with the legal entity: the active primary one. If there are several,
/// the last one entered. Members are in response order (employee-roles §6.1).
/// </summary>
public sealed record License
{
    public required Guid Id { get; init; }
    public required string Type { get; init; }
    public required string? LicenseNumber { get; init; }
    public required string? IssuedBy { get; init; }
    public required DateOnly? IssuedDate { get; init; }
    public required string? IssuerStatus { get; init; }
    public required DateOnly? ExpiryDate { get; init; }
    public required DateOnly? ActiveFromDate { get; init; }
    public required string? WhatLicensed { get; init; }
    public required string? OrderNo { get; init; }
    public required bool IsActive { get; init; }
    public required DateTime InsertedAt { get; init; }
    public required Guid InsertedBy { get; init; }
    public required DateTime? UpdatedAt { get; init; }
    public required Guid? UpdatedBy { get; init; }
}
