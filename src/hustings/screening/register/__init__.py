"""Public registers as dated editions, and whether what an advertiser claims fits what stands in one."""
